import type { BridgeError } from "../errors.ts";

/**
 * What the model answers, as it comes. Contract: exactly one of `turn-end` and `turn-error`, and it is last. A tool
 * call's deltas lie between its start and its end, and nothing else does. A call without an end was cut off; the
 * stop reason is then `length`. `reasoning-end` closes a run of reasoning deltas and carries its proof of origin.
 */
export type TurnEvent =
  | { type: "text-delta"; text: string }
  | { type: "reasoning-delta"; text: string }
  | { type: "reasoning-end"; signature: string }
  | { type: "redacted-reasoning"; data: string }
  | { type: "tool-call-start"; id: string; name: string }
  | { type: "tool-call-delta"; json: string }
  | { type: "tool-call-end" }
  | TurnEnd
  | TurnError;

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
  | "content-filter";

export interface Usage {
  /** Input tokens that were neither read from nor written to a cache. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** False when the service counted, true when the bridge did. */
  estimated: boolean;
}

/** Events in the batches they arrived in. */
export type TurnStream = ReadableStream<readonly TurnEvent[]>;

export const isEnding = (event: TurnEvent): event is TurnEnd | TurnError =>
  event.type === "turn-end" || event.type === "turn-error";
