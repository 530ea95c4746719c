import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { type Alarm, late } from "../http/alarm.ts";
import { flushed } from "../http/flushed.ts";
import { isEnding, type TurnEnd, type TurnError, type TurnEvent, type Usage } from "../turn/events.ts";
import type { TurnReader } from "../turn/reader.ts";

/** Writes turn events in one protocol's words. Total: it never throws on a sequence that keeps the contract of events. */
export interface AnswerEncoder {
  push(event: TurnEvent): void;
  /** Says that the answer is still under way; called when nothing has been sent for a while. */
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
  /** Tells when a heartbeat is due, and when the client has read nothing for too long; released when the stream ends. */
  quiet: Alarm;
  /** True when it has gone off already: the status line leaves only with the first bytes. */
  isLate?: boolean;
  /** Removes secrets from a failure's message. */
  mask?: (text: string) => string;
  /** Is told how many bytes each chunk has. */
  onWrite?: (bytes: number) => void;
  onEnd: (
    ending:
      | { type: "end"; usage: Usage }
      | { type: "error"; error: BridgeError }
      /** The client has left; a slow one was given up, and its connection is still open. */
      | { type: "gone"; isSlow?: true },
  ) => void;
}

/**
 * The bytes of a streamed answer. Each batch leaves as one chunk, as soon as it is read; a quiet upstream gets
 * heartbeats through the same pull. A failure travels as the protocol's own error event, after which the stream closes
 * cleanly; it errors only to be rid of a client that reads nothing.
 */
export function sseStream(
  turn: TurnReader,
  first: Promise<readonly TurnEvent[] | undefined>,
  encoding: AnswerEncoding,
  { clock, quiet, isLate = false, mask = (words) => words, onWrite = () => {}, onEnd }: SseOptions,
): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  let text = "";
  const encoder = encoding((piece) => {
    text += piece;
  });
  if (isLate) encoder.beat();
  let pending: Promise<readonly TurnEvent[] | undefined> | undefined = first;
  let hasFlushed = false;
  let isGone = false;

  /** The last event, once it has been encoded. */
  let ending: TurnEnd | TurnError | undefined;

  const encode = (batch: readonly TurnEvent[]) => {
    for (const event of batch) encoder.push(event.type === "turn-error" ? masked(event, mask) : event);
    const last = batch.at(-1);
    if (last && isEnding(last)) ending = last;
  };

  const fail = (error: unknown) => {
    void turn.cancel(error);
    encode([{ type: "turn-error", error: BridgeError.from(error) }]);
  };

  /** Not before the first batch has left. */
  const nextBatch = () => {
    if (hasFlushed) return turn.read();
    hasFlushed = true;
    return flushed().then(() => turn.read());
  };

  /** Encodes a batch, or a heartbeat when it is late. */
  const take = (batch: readonly TurnEvent[] | undefined | typeof late) => {
    if (isGone) return;
    if (batch !== late) pending = undefined;
    if (batch === undefined) return fail(new Error("the turn ended without an ending"));
    try {
      if (batch === late) encoder.beat();
      else encode(batch);
    } catch (error) {
      fail(error);
    }
  };

  const write = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (text === "") return;
    const chunk = bytes.encode(text);
    text = "";
    onWrite(chunk.length);
    controller.enqueue(chunk);
  };

  const abandon = (reason: unknown, how?: { isSlow: true }) => {
    isGone = true;
    quiet.release();
    void turn.cancel(reason);
    onEnd({ type: "gone", ...how });
  };
  let onSlow = () => {};

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onSlow = () => {
          const reason = new Error("the client has taken nothing for too long");
          abandon(reason, { isSlow: true });
          controller.error(reason);
        };
      },
      async pull(controller) {
        while (text === "" && !ending && !isGone) {
          pending ??= nextBatch();
          take(await quiet.within(pending));
        }
        if (isGone) return;
        write(controller);
        if (!ending) return quiet.handedOver(clock.steady(), onSlow);
        quiet.release();
        onEnd(outcomeOf(ending));
        controller.close();
      },
      cancel: (reason) => abandon(reason),
    },
    { highWaterMark: 0 },
  );
}

const outcomeOf = (ending: TurnEnd | TurnError) =>
  ending.type === "turn-end"
    ? ({ type: "end", usage: ending.usage } as const)
    : ({ type: "error", error: ending.error } as const);

const masked = ({ type, error }: TurnError, mask: (text: string) => string): TurnError => ({
  type,
  error: error.masked(mask),
});
