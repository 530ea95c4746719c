import { type JsonObject, parseJson } from "../json.ts";
import type { Stage } from "../stream/stage.ts";
import type { Conversation, OutputFormat, Tool } from "./conversation.ts";
import type { TurnEnd, TurnEvent } from "./events.ts";
import { unusedName } from "./unused-name.ts";

/**
 * Structured output by way of a tool: its schema is the answer's, and the arguments of its call are the answer's text.
 * It is the one means by which a model that knows no output format keeps to a schema.
 */
export interface StructuredOutput {
  conversation: Conversation;
  stage: Stage<TurnEvent, TurnEvent>;
}

export function structuredOutput(conversation: Conversation, format: OutputFormat): StructuredOutput {
  const others = conversation.toolChoice.type === "none" ? [] : conversation.tools;
  const tool = answerTool(conversation.tools, format.schema);
  return {
    conversation: {
      ...conversation,
      system: [...conversation.system, instruction(tool.name)],
      tools: [...others, tool],
      toolChoice: others.length === 0 ? { type: "tool", name: tool.name } : conversation.toolChoice,
    },
    stage: answerFromCall(tool.name),
  };
}

const answerTool = (tools: readonly Tool[], schema: JsonObject | undefined): Tool => ({
  name: unusedName(
    "final_answer",
    tools.map(({ name }) => name),
  ),
  description: "Gives the final answer. Its arguments are the answer, and nothing else is.",
  inputSchema: schema ?? { type: "object" },
});

const instruction = (toolName: string) =>
  `Give your final answer by calling the tool ${toolName} once. Its arguments are the whole answer: write no prose beside it.`;

/** Which call is open: the answer's, one of another tool, or a second answer, which is dropped. */
type OpenCall = "answer" | "other" | "surplus";

/**
 * Text waits, as it may be prose around the call: with the call it is dropped, without it is the answer or holds it.
 * An answer that is no JSON ends as refused, never as if it kept to the format.
 */
const answerFromCall =
  (toolName: string): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    let prose = "";
    let open: OpenCall | undefined;
    const begun = new Set<OpenCall>();

    const say = (text: string) => {
      if (text) next.push({ type: "text-delta", text });
    };
    const begin = (name: string) => {
      open = name !== toolName ? "other" : begun.has("answer") ? "surplus" : "answer";
      begun.add(open);
    };

    const push = (event: TurnEvent) => {
      switch (event.type) {
        case "text-delta":
          prose += event.text;
          return;
        case "tool-call-start":
          begin(event.name);
          if (open !== "other") return;
          say(prose);
          prose = "";
          return next.push(event);
        case "tool-call-delta":
          return open === "answer" ? say(event.json) : passOther(event);
        case "tool-call-end":
          return passOther(event);
        case "turn-end":
          return finish(event);
        default:
          return next.push(event);
      }
    };
    const passOther = (event: TurnEvent) => {
      if (open === "other") next.push(event);
    };

    const finish = (end: TurnEnd) => {
      if (begun.has("other")) {
        if (!begun.has("answer")) say(prose);
        return next.push(end);
      }
      if (begun.has("answer")) return next.push({ ...end, stopReason: afterAnswer(end) });
      const found = jsonIn(prose);
      say(found ?? prose);
      const isRefusal = found === undefined && end.stopReason === "end";
      next.push(isRefusal ? { ...end, stopReason: "content-filter" } : end);
    };

    return { push, end: () => next.end() };
  };

const afterAnswer = ({ stopReason }: TurnEnd) => (stopReason === "tool-calls" ? "end" : stopReason);

/** The JSON that a text is, or holds in a Markdown fence or between its first and last brace. */
function jsonIn(text: string): string | undefined {
  const [, block = ""] = text.split(/^[ \t]*```/m);
  const fenced = block.slice(block.indexOf("\n")).trim();
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return [text.trim(), fenced, braced].find((candidate) => candidate && parseJson(candidate) !== undefined);
}
