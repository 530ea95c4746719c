import { BridgeError } from "../errors.ts";
import { damaged } from "../eventstream/damaged.ts";
import type { Message } from "../eventstream/message.ts";
import { batchesOf } from "../stream/batches.ts";
import { pipe, type Sink, type Stage } from "../stream/stage.ts";
import type { Pause } from "../stream/turns.ts";
import { isEnding, type TurnEvent, type TurnStream } from "../turn/events.ts";
import { joiningPieces } from "../turn/join-pieces.ts";
import { brokenOff } from "./response/connection.ts";
import { eventDecoder, type ServiceEvent } from "./response/events.ts";
import type { Watchdog } from "./watchdog.ts";

export interface AnswerReading {
  /** Messages out of the answer's bytes. */
  frames: Stage<Uint8Array, Message>;
  pause: Pause;
  /** Largest piece of an answer's bytes to decode in one go. */
  pieceBytes: number;
}

export interface AnswerStages {
  turns: Stage<ServiceEvent, TurnEvent>;
  /** Applied to the turn's events after pieces of one text that arrived together have been joined. */
  shape: Stage<TurnEvent, TurnEvent>;
}

/** For an answer that is compressed although nobody asked for it: a few bytes could otherwise inflate without bound. */
const maxInflatedBytes = 64 * 1024 * 1024;
/** Ten times what the longest answer takes; one that never ends would otherwise fill the memory. */
const maxBytes = 256 * 1024 * 1024;

/** A small first piece lets an answer that arrives all at once begin twice as early (measured). */
const maxFirstPieceBytes = 4096;

/** The turn in an answer's bytes. It never errors: any failure is its last event. */
export function decodeAnswer(
  response: Response,
  { turns, shape }: AnswerStages,
  watchdog: Watchdog,
  { frames, pause, pieceBytes }: AnswerReading,
): TurnStream {
  const decoder = joiningPieces(pipe(watched(frames, watchdog), pipe(eventDecoder, turns)));
  const mostBytes = response.headers.has("content-encoding") ? maxInflatedBytes : maxBytes;
  let leftBytes = mostBytes;

  const cut = createCut(pieceBytes);
  const pieces = (chunk: Uint8Array) => {
    leftBytes -= chunk.length;
    if (leftBytes < 0) throw damaged(`more than ${mostBytes} bytes`);
    return cut(chunk);
  };

  return batchesOf((response.body ?? emptyBody()).getReader(), pipe(decoder, shape), {
    pieces,
    settle: (error) => ({
      type: "turn-error",
      error: BridgeError.from(watchdog.signal.aborted ? watchdog.signal.reason : readFailure(error)),
    }),
    onClose: watchdog.release,
    isLast: isEnding,
    pause,
  });
}

/** Touches the watchdog once for each piece that completes a message; once for each message would read the clock each time. */
const watched =
  (stage: Stage<Uint8Array, Message>, { touch }: Watchdog): Stage<Uint8Array, Message> =>
  (next: Sink<Message>) => {
    let hasHeard = false;
    const sink = stage({
      push(message) {
        hasHeard = true;
        next.push(message);
      },
      end: next.end,
    });
    return {
      push(piece) {
        hasHeard = false;
        sink.push(piece);
        if (hasHeard) touch();
      },
      end: sink.end,
    };
  };

const emptyBody = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

function createCut(size: number): (chunk: Uint8Array) => Uint8Array[] {
  let firstSize = Math.min(size, maxFirstPieceBytes);
  return (chunk) => {
    const pieces = [chunk.length > firstSize ? chunk.subarray(0, firstSize) : chunk];
    for (let start = firstSize; start < chunk.length; start += size)
      pieces.push(chunk.subarray(start, start + size));
    firstSize = size;
    return pieces;
  };
}

/** The runtime's errors for a broken body have a code; errors thrown by a stage are passed on. */
function readFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof BridgeError) return error;
  return brokenOff(error);
}
