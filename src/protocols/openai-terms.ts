import { Type } from "@sinclair/typebox";
import type { JsonObject } from "../json.ts";
import {
  efforts,
  type Message,
  type OutputFormat,
  type ReasoningSetting,
  type TextPart,
} from "../turn/conversation.ts";
import { describeUnknown } from "./unknown-part.ts";

const effortNames = ["none", "minimal", ...efforts] as const;

/** What both of OpenAI's protocols call the effort of thinking. */
export const ReasoningEffort = Type.Union(effortNames.map((name) => Type.Literal(name)));

export function decodeEffort(
  effort: (typeof effortNames)[number] | null | undefined,
): ReasoningSetting | undefined {
  if (!effort) return undefined;
  if (effort === "none") return { enabled: false };
  return { enabled: true, effort: effort === "minimal" ? "low" : effort };
}

/** What they ask of an answer's form; JSON without a schema may be of any. */
export function decodeFormat(
  type: "text" | "json_object" | "json_schema" | undefined,
  schema: JsonObject | null | undefined,
): OutputFormat | undefined {
  if (type === undefined || type === "text") return undefined;
  return schema ? { schema } : {};
}

/** What stands before the conversation, which is where both have their instructions, and the conversation. */
export function splitInstructions(messages: readonly Message[]) {
  const first = messages.findIndex(({ role }) => role !== "system");
  const length = first === -1 ? messages.length : first;
  const instructions = messages
    .slice(0, length)
    .flatMap((message) => (message.role === "system" ? [message] : []));
  return { instructions, messages: messages.slice(length) };
}

/** An earlier answer's words: its texts are one text in pieces, and what `textOf` finds none in is told behind it. */
export function answerTexts<Part extends { type: string }>(
  parts: readonly Part[],
  textOf: (part: Part) => string | undefined,
): TextPart[] {
  const text = parts.map((part) => textOf(part) ?? "").join("");
  const others = parts.filter((part) => textOf(part) === undefined).map(describeUnknown);
  return [text, ...others].filter((words) => words !== "").map((words) => ({ type: "text", text: words }));
}
