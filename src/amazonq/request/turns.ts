import type { AssistantMessage, Message, UserMessage } from "../../turn/conversation.ts";
import { alternate, type Turn } from "../../turn/normalize.ts";
import { type PairedAssistantTurn, type PairedUserTurn, pairToolResults } from "../../turn/pairing.ts";
import { distinctIdentifiers, legalIdentifier } from "./identifiers.ts";

/** A turn as it is sent, with legal ids for its calls and results. */
export type SentTurn = SentUserTurn | SentAssistantTurn;
export type SentUserTurn = PairedUserTurn & CacheMark;
export type SentAssistantTurn = PairedAssistantTurn & CacheMark;

interface CacheMark {
  /** Whether the service is to cache the conversation up to and including this turn. */
  cacheAfter: boolean;
}

/**
 * The messages as turns that alternate (R10, R13), begin and end with the user, and whose results answer the calls
 * right before them (R36 to R40, R43). Only reasoning after the user's last question is kept (R54).
 */
export function sentTurns(messages: readonly Message[]): SentTurn[] {
  const turns = closeEnds(markedTurns(messages));
  return pairToolResults(turns, distinctIdentifiers(legalIdentifier)).map((turn, index) => ({
    ...turn,
    cacheAfter: turns[index]?.cacheAfter ?? false,
  }));
}

/** A cache mark inside a turn moves to its end; one on an answer that disappears, to the end of the previous turn. */
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

/** Text beside tool results, such as a program's reminders, does not end the tool loop. */
const isQuestion = (message: Message): boolean =>
  message.role === "user" && message.parts.every((part) => part.type !== "tool-result");

const withoutReasoning = (turn: Extract<Turn, { role: "assistant" }>): Turn => ({
  ...turn,
  parts: turn.parts.filter((part) => part.type !== "reasoning" && part.type !== "redacted-reasoning"),
});

const userTurn = (text: string): UserMessage => ({ role: "user", parts: [{ type: "text", text }] });

const opening = userTurn("(The user has not written anything yet.)");
const continuation = userTurn(
  "(Continue your last message exactly where it ends, without repeating any of it.)",
);
/** Pairing fills it with the missing results. */
const interruption: UserMessage = { role: "user", parts: [] };

/** Makes alternating turns begin (R9, R14) and end (R7, R11) with the user. */
function closeEnds(turns: readonly Turn[]): Turn[] {
  const opened = turns[0]?.role === "user" ? turns : [opening, ...turns];
  const end = opened.at(-1);
  return end?.role === "assistant" ? [...opened, hasCalls(end) ? interruption : continuation] : [...opened];
}

const hasCalls = ({ parts }: AssistantMessage) => parts.some((part) => part.type === "tool-call");
