import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { TurnEvent, Usage } from "../turn/events.ts";
import type { TurnReader } from "../turn/reader.ts";

/** Writes turn events in one protocol's words. Total: it never throws on a sequence that keeps the contract of events. */
export interface AnswerEncoder {
  push(event: TurnEvent): void;
  /** Says that the answer is still under way; called when nothing has been for a while. */
  beat(): void;
}
export type AnswerEncoding = (write: (text: string) => void) => AnswerEncoder;

export const sseHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

export interface SseOptions {
  clock: Clock;
  /** Silence, in milliseconds, after which the encoder is told to beat. */
  heartbeatMs: number;
  /** True when that silence has passed already: the status line leaves only with the first bytes. */
  isLate?: boolean;
  /** A client that has taken nothing for this many milliseconds has not left, but was left. */
  slowMs?: number;
  onEnd: (
    ending:
      | { type: "end"; usage: Usage }
      | { type: "error"; error: BridgeError }
      | { type: "gone"; isSlow?: true },
  ) => void;
}

/**
 * The bytes of a streamed answer. Each batch leaves as one chunk, as soon as it is read; a quiet upstream gets
 * heartbeats through the same pull. It always closes cleanly: a failure travels as the protocol's own error event.
 */
export function sseStream(
  turn: TurnReader,
  first: Promise<readonly TurnEvent[] | undefined>,
  encoding: AnswerEncoding,
  { clock, heartbeatMs, isLate = false, slowMs = Number.POSITIVE_INFINITY, onEnd }: SseOptions,
): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  let text = "";
  const encoder = encoding((piece) => {
    text += piece;
  });
  if (isLate) encoder.beat();
  let pending = first;
  let isGone = false;
  let takenAt = clock.now();

  const encode = (batch: readonly TurnEvent[]): boolean => {
    for (const event of batch) encoder.push(event);
    return report(batch.at(-1));
  };

  /** Tells the ending, if this is one. */
  const report = (last: TurnEvent | undefined): boolean => {
    if (last?.type === "turn-end") onEnd({ type: "end", usage: last.usage });
    else if (last?.type === "turn-error") onEnd({ type: "error", error: last.error });
    else return false;
    return true;
  };

  const fail = (error: unknown) => {
    turn.cancel(error);
    return encode([{ type: "turn-error", error: BridgeError.from(error) }]);
  };

  /** Encodes the next batch, or a heartbeat when it is late; true once the answer is over. */
  const advance = async (): Promise<boolean> => {
    const batch = await within(clock, heartbeatMs, pending);
    if (isGone) return true;
    if (batch === late) {
      encoder.beat();
      return false;
    }
    if (batch === undefined) return fail(new Error("the turn ended without an ending"));
    try {
      if (encode(batch)) return true;
    } catch (error) {
      return fail(error);
    }
    pending = turn.read();
    return false;
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let isOver = false;
        takenAt = Number.POSITIVE_INFINITY;
        while (text === "" && !isOver) isOver = await advance();
        if (isGone) return;
        if (text) controller.enqueue(bytes.encode(text));
        takenAt = clock.now();
        text = "";
        if (isOver) controller.close();
      },
      cancel(reason) {
        isGone = true;
        turn.cancel(reason);
        onEnd({ type: "gone", ...(clock.now() - takenAt >= slowMs && { isSlow: true }) });
      },
    },
    { highWaterMark: 0 },
  );
}

export const late = Symbol("late");

/** What a promise gives, or `late` when it takes longer than `ms`; the promise itself goes on. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late));
    promise.then(resolve, reject).finally(cancel);
  });
}
