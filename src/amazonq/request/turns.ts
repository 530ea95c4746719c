import type { Message } from "../../turn/conversation.ts";
import { alternate, type Turn } from "../../turn/normalize.ts";
import { type PairedAssistantTurn, type PairedUserTurn, pairToolResults } from "../../turn/pairing.ts";
import { closeEnds } from "./ends.ts";
import { distinctIdentifiers, legalIdentifier } from "./identifiers.ts";

/** A turn as it is sent, the ids of its calls and results legal. */
export type SentTurn = SentUserTurn | SentAssistantTurn;
export type SentUserTurn = PairedUserTurn & CacheMark;
export type SentAssistantTurn = PairedAssistantTurn & CacheMark;

interface CacheMark {
  /** Whether the service is to keep the conversation up to and with this turn in its cache. */
  cacheAfter: boolean;
}

/**
 * The messages as turns that alternate (R10, R13), begin and end with the user, and whose results answer the calls
 * right before them (R36 to R40, R43). Of reasoning that is kept which stands behind the user's last question (R54).
 */
export function sentTurns(messages: readonly Message[]): SentTurn[] {
  const turns = closeEnds(markedTurns(messages));
  return pairToolResults(turns, distinctIdentifiers(legalIdentifier)).map((turn, index) => ({
    ...turn,
    cacheAfter: turns[index]?.cacheAfter ?? false,
  }));
}

/** A cache mark inside a turn moves to its end, one on an answer that disappears to the end of the turn before. */
function markedTurns(messages: readonly Message[]): Turn[] {
  const cached = new Set<number>();
  let place = -1;
  let question = -1;
  let role: Turn["role"] | undefined;
  for (const message of messages) {
    const [alone] = alternate([message]);
    if (alone && alone.role !== role) place++;
    role = alone?.role ?? role;
    if (message.cacheAfter) cached.add(place);
    if (isQuestion(message)) question = place;
  }
  return alternate(messages).map((turn, index) => {
    const marked = { ...turn, cacheAfter: cached.has(index) };
    return marked.role === "assistant" && index < question ? withoutReasoning(marked) : marked;
  });
}

/** What stands beside tool results, such as a program's reminders, does not end the loop of tools. */
const isQuestion = (message: Message): boolean =>
  message.role === "user" && message.parts.every((part) => part.type !== "tool-result");

const withoutReasoning = (turn: Extract<Turn, { role: "assistant" }>): Turn => ({
  ...turn,
  parts: turn.parts.filter((part) => part.type !== "reasoning" && part.type !== "redacted-reasoning"),
});
