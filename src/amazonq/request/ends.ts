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
  const last = turns.at(-1);
  const kept = last?.role === "assistant" && isTrivialPrefill(last) ? turns.slice(0, -1) : turns;
  const opened = kept[0]?.role === "user" ? kept : [opening, ...kept];
  const end = opened.at(-1);
  return end?.role === "assistant" ? [...opened, hasCalls(end) ? interruption : continuation] : [...opened];
}

const hasCalls = ({ parts }: AssistantMessage) => parts.some((part) => part.type === "tool-call");

/** Such as `{`, by which clients ask for JSON: nothing is lost without it, and continuing it would lose the brace. */
const isTrivialPrefill = (turn: AssistantMessage) =>
  !hasCalls(turn) && turn.parts.every((part) => part.type !== "text" || /^[\s{[]*$/.test(part.text));
