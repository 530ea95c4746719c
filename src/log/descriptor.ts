import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { createSink, type LogSink } from "./sink.ts";

/** A sink over a standard stream, which may be a pipe that nobody empties or a terminal that somebody has stopped. */
export function descriptorSink(descriptor: number): LogSink {
  const own = withoutWaiting(descriptor);
  return createSink((bytes) => writeSync(own, bytes));
}

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * The same pipe or terminal opened anew, so as not to change how the processes that share it write; sockets and other
 * systems than Linux cannot do that, and files need not.
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
