import type { BridgeError } from "../errors.ts";
import type { Batches } from "../stream/batches.ts";
import type { SearchOutcome } from "./web-search.ts";

/**
 * What the model answers, as it comes. Contract: exactly one of `turn-end` and `turn-error`, and it is last. A tool
 * call's deltas lie between its start and its end, and nothing else does. A call without an end has arguments that are
 * no JSON object, and the stop reason then is one of a broken answer: never `end` or `tool-calls`. `reasoning-end` closes a run of reasoning deltas and carries its proof of origin. Right
 * behind a `search-call` comes its `search-result`, or the `turn-error` that keeps it from coming.
 */
export type TurnEvent =
  | { type: "text-delta"; text: string }
  | { type: "reasoning-delta"; text: string }
  | { type: "reasoning-end"; signature: string }
  | { type: "redacted-reasoning"; data: string }
  | { type: "tool-call-start"; id: string; name: string }
  | { type: "tool-call-delta"; json: string }
  | { type: "tool-call-end" }
  | SearchCall
  | SearchEnd
  | TurnEnd
  | TurnError;

/** A search of the web has begun, on the model's wish. */
export interface SearchCall {
  type: "search-call";
  id: string;
  query: string;
}
export interface SearchEnd {
  type: "search-result";
  id: string;
  outcome: SearchOutcome;
  /** By estimate: those that the model has read for the answer so far, and will have when it has read this. */
  inputTokens?: number;
}
export interface TurnEnd {
  type: "turn-end";
  stopReason: StopReason;
  /** The client's own stop sequence that ended the answer, with stop reason `stop-sequence`. */
  stopSequence: string | null;
  usage: Usage;
}
export interface TurnError {
  type: "turn-error";
  error: BridgeError;
}

export type StopReason =
  | "end"
  | "tool-calls"
  | "length"
  | "stop-sequence"
  | "context-window"
  | "content-filter"
  /** The model wrote arguments that are no JSON object, though nobody has cut them. */
  | "malformed-call";

export interface Usage {
  /** Input tokens that were neither read from nor written to a cache. */
  inputTokens: number;
  /** 0 from a service that has not counted, until the answer's tokens are estimated on its way. */
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Searches of the web that found something or nothing; absent when there were none. */
  searches?: number;
  /** False when the service counted, true when the bridge did. */
  estimated: boolean;
}

/** Events in the batches they arrived in. */
export type TurnStream = Batches<TurnEvent>;

export const isEnding = (event: TurnEvent): event is TurnEnd | TurnError =>
  event.type === "turn-end" || event.type === "turn-error";
