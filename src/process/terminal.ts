import { fstatSync, statSync } from "node:fs";

/**
 * Whether a descriptor is a terminal. `node:tty` is only asked about what may be one: it brings the streams along, which
 * cost 2 ms at the start.
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
