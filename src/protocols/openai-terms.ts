import { Type } from "@sinclair/typebox";
import type { JsonObject } from "../json.ts";
import {
  efforts,
  type Message,
  type OutputFormat,
  type ReasoningSetting,
  type ResultPart,
  type TextPart,
  type UserMessage,
} from "../turn/conversation.ts";
import { describeUnknown } from "./unknown-part.ts";

const effortNames = ["none", "minimal", ...efforts] as const;

/** What both of OpenAI's protocols call the effort spent on thinking. */
export const ReasoningEffort = Type.Union(effortNames.map((name) => Type.Literal(name)));

export function decodeEffort(
  effort: (typeof effortNames)[number] | null | undefined,
): ReasoningSetting | undefined {
  if (!effort) return undefined;
  if (effort === "none") return { enabled: false };
  return { enabled: true, effort: effort === "minimal" ? "low" : effort };
}

/** The form that they ask an answer to have; JSON without a schema may have any. */
export function decodeFormat(
  type: "text" | "json_object" | "json_schema" | undefined,
  { schema, description }: { schema?: JsonObject | null; description?: string | null } = {},
): OutputFormat | undefined {
  if (type === undefined || type === "text") return undefined;
  return { ...(schema && { schema }), ...(description && { description }) };
}

/** The system messages at the beginning, which is where both protocols have their instructions, and the rest. */
export function splitInstructions(messages: readonly Message[]) {
  const first = messages.findIndex(({ role }) => role !== "system");
  const length = first === -1 ? messages.length : first;
  const instructions = messages
    .slice(0, length)
    .flatMap((message) => (message.role === "system" ? [message] : []));
  return { instructions, messages: messages.slice(length) };
}

/** An earlier answer's words: its texts are the pieces of one, and parts without a text are described behind it. */
export function answerTexts<Part extends { type: string }>(
  parts: readonly Part[],
  textOf: (part: Part) => string | undefined,
): TextPart[] {
  const text = parts.map((part) => textOf(part) ?? "").join("");
  const others = parts.filter((part) => textOf(part) === undefined).map(describeUnknown);
  return [text, ...others].filter((words) => words !== "").map((words) => ({ type: "text", text: words }));
}

/** Content where only text can stand; parts without a text are described. */
export const plainText = <Part extends { type: string }>(
  content: string | readonly Part[] | null | undefined,
  textOf: (part: Part) => string | undefined,
): string =>
  typeof content === "string"
    ? content
    : (content ?? []).map((part) => textOf(part) ?? describeUnknown(part)).join("\n\n");

/** What a tool returned; neither protocol says whether it failed. */
export const toolResult = (callId: string, parts: readonly ResultPart[]): UserMessage => ({
  role: "user",
  parts: [{ type: "tool-result", callId, parts, isError: false }],
});
