import type { BridgeError } from "../errors.ts";
import type { Batches } from "../stream/batches.ts";
import type { SearchOutcome } from "./web-search.ts";

/**
 * What the model answers, as it comes. Contract: exactly one of `turn-end` and `turn-error`, and it is last. A tool
 * call's deltas come between its start and its end, and nothing else does. A call without an end has arguments that are
 * not a JSON object, and the stop reason then is never `end` or `tool-calls`. `reasoning-end` closes a run of reasoning
 * deltas and has its proof of origin. Right after a `search-call` comes its `search-result`, or the `turn-error` that
 * prevents it.
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

/** A web search that the model asked for has begun. */
export interface SearchCall {
  type: "search-call";
  id: string;
  query: string;
}
export interface SearchEnd {
  type: "search-result";
  id: string;
  outcome: SearchOutcome;
  /** By estimate: all that the model will have read for the answer once it has read this. */
  inputTokens?: number;
}
export interface TurnEnd {
  type: "turn-end";
  stopReason: StopReason;
  /** The client's stop sequence that ended the answer, if the stop reason is `stop-sequence`. */
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
  /** The model wrote arguments that are not a JSON object, though nothing cut them. */
  | "malformed-call";

export interface Usage {
  /** Input tokens that were neither read from nor written to a cache. */
  inputTokens: number;
  /** 0 from a service that has not counted, until they are estimated further down the stream. */
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Successful web searches; absent when there were none. */
  searches?: number;
  /** False when the service counted, true when the bridge did. */
  estimated: boolean;
}

/** Events in the batches they arrived in. */
export type TurnStream = Batches<TurnEvent>;

export const isEnding = (event: TurnEvent): event is TurnEnd | TurnError =>
  event.type === "turn-end" || event.type === "turn-error";
