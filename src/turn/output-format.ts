import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { pointedAt } from "../json-pointer.ts";
import type { Stage } from "../stream/stage.ts";
import type { Conversation, OutputFormat, Tool } from "./conversation.ts";
import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
import { unusedName } from "./unused-name.ts";

/**
 * Structured output by means of a tool: its schema is the answer's, and the arguments of its call are the answer's text.
 * There is no other way to make a model without output formats keep to a schema.
 */
export interface StructuredOutput {
  conversation: Conversation;
  stage: Stage<TurnEvent, TurnEvent>;
}

export function structuredOutput(conversation: Conversation, format: OutputFormat): StructuredOutput {
  const others = conversation.toolChoice.type === "none" ? [] : conversation.tools;
  const form = formOf(format.schema);
  const tool = answerTool(conversation.tools, form.schema, format.description);
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

/** How a call's arguments, which are always an object, contain the answer. */
interface AnswerForm {
  /** Of the arguments. */
  schema: JsonObject;
  /** An answer that is not an object is the only member of the arguments. */
  isWrapped: boolean;
}

/** A schema that does not say is taken for an object's. */
function describesObject(schema: JsonObject): boolean {
  const { type, allOf, anyOf, oneOf } = schema;
  if (type !== undefined) return [type].flat().includes("object");
  if ("enum" in schema || "const" in schema) return false;
  return [allOf, anyOf, oneOf].flat().filter(isJsonObject).every(describesObject);
}

function formOf(schema: JsonObject = { type: "object" }): AnswerForm {
  const { $ref } = schema;
  const target = typeof $ref === "string" ? pointedAt(schema, $ref) : undefined;
  if (describesObject(isJsonObject(target) ? target : schema)) return { schema, isWrapped: false };
  // References start from the root, wherever they are.
  const { $defs, definitions, ...value } = schema;
  return {
    schema: { type: "object", properties: { value }, required: ["value"], $defs, definitions },
    isWrapped: true,
  };
}

/** The answer in a JSON text; undefined when the text has another form. */
function answerIn(text: string, { isWrapped }: AnswerForm): string | undefined {
  const spelled = parseJson(text);
  if (!isWrapped) return isJsonObject(spelled) ? text : undefined;
  if (isJsonObject(spelled) && "value" in spelled) return unwrapped(text) ?? JSON.stringify(spelled["value"]);
  return spelled === undefined ? undefined : text;
}

/** The only member's value as the model wrote it; parsing and writing it again would change large numbers. */
function unwrapped(text: string): string | undefined {
  const value = /^\s*\{\s*"value"\s*:(.*)\}\s*$/s.exec(text)?.[1];
  return value !== undefined && parseJson(value) !== undefined ? value.trim() : undefined;
}

const answerTool = (tools: readonly Tool[], inputSchema: JsonObject, purpose: string | undefined): Tool => ({
  name: unusedName(
    "final_answer",
    tools.map(({ name }) => name),
  ),
  description: ["Gives the final answer. Its arguments are the answer, and nothing else is.", purpose ?? []]
    .flat()
    .join("\n\n"),
  inputSchema,
});

const instruction = (toolName: string) =>
  `Give your final answer by calling the tool ${toolName} once. Its arguments are the whole answer: write no prose beside it.`;

/** Which call is open: the answer's, one of another tool, or one to drop: a second answer, or a tool that nobody offered. */
type OpenCall = "answer" | "other" | "surplus";

/**
 * Text waits, since it may be prose around the call: if there is a call it is dropped, else it is or contains the answer.
 * An answer that is not JSON ends as a refusal, never as if it kept to the format.
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

/** A malformed call counts as a cut if it is the answer's; one after the answer has been dropped. */
function afterAnswer({ stopReason }: TurnEnd, isWhole: boolean): StopReason {
  if (stopReason === "malformed-call") return isWhole ? "end" : "length";
  return stopReason === "tool-calls" ? "end" : stopReason;
}

/** The answer that a text is, or contains in a Markdown fence or between its first and last brace. */
function answerInProse(text: string, form: AnswerForm): string | undefined {
  const whole = text.trim();
  if (parseJson(whole) !== undefined) return answerIn(whole, form);
  const [, block = ""] = text.split(/^[ \t]*```/m);
  const fenced = block.slice(block.indexOf("\n")).trim();
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return answerIn(fenced, form) ?? answerIn(braced, form);
}
