import { constants, fstatSync, openSync, writeSync } from "node:fs";

/** Where lines go. What cannot be written at once is dropped: no request ever waits for its log. */
export interface LogSink {
  write(line: string): void;
  /** Lines that were dropped since the start. */
  dropped(): number;
}

const nothing: Uint8Array = new Uint8Array();

/** A sink over a write that returns the bytes taken, or throws. A line once begun is finished before the next one. */
export function createSink(write: (bytes: Uint8Array) => number): LogSink {
  let rest = nothing;
  let dropped = 0;

  /** What is left of the bytes. */
  const push = (bytes: Uint8Array): Uint8Array => {
    try {
      return bytes.subarray(write(bytes));
    } catch {
      return bytes;
    }
  };

  return {
    dropped: () => dropped,
    write(line) {
      if (rest.length > 0) rest = push(rest);
      if (rest.length > 0) {
        dropped++;
        return;
      }
      const bytes = Buffer.from(line);
      const left = push(bytes);
      if (left.length === bytes.length) dropped++;
      else rest = left;
    },
  };
}

/** A sink over a standard stream, which may be a pipe that nobody empties or a terminal that somebody has stopped. */
export function descriptorSink(descriptor: number): LogSink {
  const own = withoutWaiting(descriptor);
  return createSink((bytes) => writeSync(own, bytes));
}

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * The same pipe or terminal opened anew, so as not to change how other processes write to it; sockets and systems other
 * than Linux cannot do that, and files need not.
 */
function withoutWaiting(descriptor: number): number {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFIFO() && !stats.isCharacterDevice()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return descriptor;
  }
}
