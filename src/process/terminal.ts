import { fstatSync, statSync } from "node:fs";

/**
 * Whether a descriptor is a terminal. Only what may be one is asked: `node:tty` brings the streams along, which take
 * 2 ms of a start.
 */
export const isTerminal = (descriptor: number): boolean =>
  mayBeTerminal(descriptor) && process.getBuiltinModule("node:tty").isatty(descriptor);

/** Pipes, files and the null device are none. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    if (process.platform === "win32") return true;
    const found = fstatSync(descriptor);
    return found.isCharacterDevice() && found.rdev !== statSync("/dev/null").rdev;
  } catch {
    return false;
  }
}
