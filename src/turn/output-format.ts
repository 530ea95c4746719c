import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import type { Stage } from "../stream/stage.ts";
import type { Conversation, OutputFormat, Tool } from "./conversation.ts";
import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
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
  const form = formOf(format.schema);
  const tool = answerTool(conversation.tools, form.schema);
  return {
    conversation: {
      ...conversation,
      system: [...conversation.system, instruction(tool.name)],
      tools: [...others, tool],
      toolChoice: others.length === 0 ? { type: "tool", name: tool.name } : conversation.toolChoice,
    },
    stage: answerFromCall(tool.name, form, others.length > 0),
  };
}

/** How the answer stands in a call's arguments, which are always an object. */
interface AnswerForm {
  /** Of the arguments. */
  schema: JsonObject;
  /** An answer that is no object is the arguments' one member. */
  isWrapped: boolean;
}

function formOf(schema: JsonObject = { type: "object" }): AnswerForm {
  if ([schema["type"] ?? "object"].flat().includes("object")) return { schema, isWrapped: false };
  // References are to the root, wherever they stand.
  const { $defs, definitions, ...value } = schema;
  return {
    schema: { type: "object", properties: { value }, required: ["value"], $defs, definitions },
    isWrapped: true,
  };
}

/** The answer's text that a text spells; undefined when it is of another form. */
function answerIn(text: string, { isWrapped }: AnswerForm): string | undefined {
  const spelled = parseJson(text);
  if (!isWrapped) return isJsonObject(spelled) ? text : undefined;
  if (isJsonObject(spelled) && "value" in spelled) return unwrapped(text) ?? JSON.stringify(spelled["value"]);
  return spelled === undefined ? undefined : text;
}

/** The one member's value as the model wrote it: a large number that is read and written again is another one. */
function unwrapped(text: string): string | undefined {
  const value = /^\s*\{\s*"value"\s*:(.*)\}\s*$/s.exec(text)?.[1];
  return value !== undefined && parseJson(value) !== undefined ? value.trim() : undefined;
}

const answerTool = (tools: readonly Tool[], inputSchema: JsonObject): Tool => ({
  name: unusedName(
    "final_answer",
    tools.map(({ name }) => name),
  ),
  description: "Gives the final answer. Its arguments are the answer, and nothing else is.",
  inputSchema,
});

const instruction = (toolName: string) =>
  `Give your final answer by calling the tool ${toolName} once. Its arguments are the whole answer: write no prose beside it.`;

/** Which call is open: the answer's, one of another tool, or one that is dropped: a second answer, or what nobody offered. */
type OpenCall = "answer" | "other" | "surplus";

/**
 * Text waits, as it may be prose around the call: with the call it is dropped, without it is the answer or holds it.
 * An answer that is no JSON ends as refused, never as if it kept to the format.
 */
const answerFromCall =
  (toolName: string, form: AnswerForm, hasOthers: boolean): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    let prose = "";
    let wrapped = "";
    let open: OpenCall | undefined;
    const begun = new Set<OpenCall>();
    let isWhole = false;

    const say = (text: string) => {
      if (text) next.push({ type: "text-delta", text });
    };
    const kindOf = (name: string): OpenCall => {
      if (name !== toolName) return hasOthers ? "other" : "surplus";
      return begun.has("answer") ? "surplus" : "answer";
    };

    const push = (event: TurnEvent) => {
      switch (event.type) {
        case "text-delta":
          prose += event.text;
          return;
        case "tool-call-start":
          open = kindOf(event.name);
          begun.add(open);
          if (open !== "other") return;
          say(prose);
          prose = "";
          return next.push(event);
        case "tool-call-delta":
          return open === "answer" ? answer(event.json) : passOther(event);
        case "tool-call-end":
          if (open === "answer") endAnswer();
          return passOther(event);
        case "turn-end":
          return finish(event);
        default:
          return next.push(event);
      }
    };
    const answer = (json: string) => {
      if (form.isWrapped) wrapped += json;
      else say(json);
    };
    const endAnswer = () => {
      isWhole = true;
      if (form.isWrapped) say(answerIn(wrapped, form) ?? wrapped);
    };
    const passOther = (event: TurnEvent) => {
      if (open === "other") next.push(event);
    };

    const finish = (end: TurnEnd) => {
      if (begun.has("other")) {
        if (!begun.has("answer")) say(prose);
        return next.push(end);
      }
      const stopReason = afterAnswer(end, isWhole);
      if (begun.has("answer")) return next.push({ ...end, stopReason });
      const found = answerInProse(prose, form);
      say(found ?? prose);
      const isRefusal = found === undefined && stopReason === "end";
      next.push({ ...end, stopReason: isRefusal ? "content-filter" : stopReason });
    };

    return { push, end: () => next.end() };
  };

/** Of a malformed call the answer's own is as good as cut; one that came behind the answer is dropped. */
function afterAnswer({ stopReason }: TurnEnd, isWhole: boolean): StopReason {
  if (stopReason === "malformed-call") return isWhole ? "end" : "length";
  return stopReason === "tool-calls" ? "end" : stopReason;
}

/** The answer that a text is, or holds in a Markdown fence or between its first and last brace. */
function answerInProse(text: string, form: AnswerForm): string | undefined {
  const whole = text.trim();
  if (parseJson(whole) !== undefined) return answerIn(whole, form);
  const [, block = ""] = text.split(/^[ \t]*```/m);
  const fenced = block.slice(block.indexOf("\n")).trim();
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return answerIn(fenced, form) ?? answerIn(braced, form);
}
