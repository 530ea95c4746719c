import { type Clock, sleep } from "../clock.ts";

/** What leaves a connection, in order: bytes, silences, and one way or another an end. */
export type Piece = Uint8Array | { pauseMs: number } | { cut: "reset" | "end" };

interface StreamOptions {
  pieces: Iterator<Piece>;
  clock: Clock;
  /** The client's; aborting it ends the answer, also in the middle of a pause. */
  signal: AbortSignal;
  /** Called once, however the answer ends. */
  onEnd: () => void;
}

/** A body that plays pieces only as fast as they are read, and stops when its reader leaves. */
export function playPieces({ pieces, clock, signal, onEnd }: StreamOptions): ReadableStream<Uint8Array> {
  const over = new AbortController();
  const finish = (reason?: unknown) => {
    if (over.signal.aborted) return;
    over.abort(reason);
    onEnd();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const leave = () => {
          controller.error(signal.reason);
          finish(signal.reason);
        };
        if (signal.aborted) leave();
        else signal.addEventListener("abort", leave, { once: true, signal: over.signal });
      },
      async pull(controller) {
        const bytes = await nextBytes(pieces, clock, over.signal).catch((error: unknown) => {
          finish(error);
          throw error;
        });
        if (bytes) return controller.enqueue(bytes);
        finish();
        controller.close();
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

async function nextBytes(
  pieces: Iterator<Piece>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return undefined;
    if (value instanceof Uint8Array) return value;
    if ("pauseMs" in value) await sleep(clock, value.pauseMs, signal);
    else if (value.cut === "end") return undefined;
    else await reset();
  }
}

/** Only once the bytes before it have left: a reset at once would overtake them in the server's buffer. */
async function reset(): Promise<never> {
  await new Promise(setImmediate);
  throw Object.assign(new Error("The simulator cut the connection."), { code: "ECONNRESET" });
}
