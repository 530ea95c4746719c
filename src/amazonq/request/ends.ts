import type { AssistantMessage, UserMessage } from "../../turn/conversation.ts";
import type { Turn } from "../../turn/normalize.ts";

const userTurn = (text: string): UserMessage => ({ role: "user", parts: [{ type: "text", text }] });

const opening = userTurn("(The user has not written anything yet.)");
const continuation = userTurn(
  "(Continue your last message exactly where it ends, without repeating any of it.)",
);
/** Pairing fills it with the results that are missing. */
const interruption: UserMessage = { role: "user", parts: [] };

/** Makes alternating turns begin (R9, R14) and end (R7, R11) with the user. */
export function closeEnds(turns: readonly Turn[]): Turn[] {
  const opened = turns[0]?.role === "user" ? turns : [opening, ...turns];
  const end = opened.at(-1);
  return end?.role === "assistant" ? [...opened, hasCalls(end) ? interruption : continuation] : [...opened];
}

const hasCalls = ({ parts }: AssistantMessage) => parts.some((part) => part.type === "tool-call");
