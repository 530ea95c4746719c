import { statSync } from "node:fs";
import { errorCode } from "../error-code.ts";

export interface FileStamp {
  /** Another one after every change that the file system's clock can tell from the last. */
  text: string;
  /** Milliseconds since the epoch; 0 when there is no file. */
  changedAt: number;
}

/** Waits for the file system: that takes a microsecond, and six on the way through the runtime's threads. */
export function stampOf(path: string): FileStamp {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return { text: "", changedAt: 0 };
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = stats;
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(":"), changedAt: Number(ctimeMs) };
  } catch (error) {
    return { text: errorCode(error), changedAt: 0 };
  }
}
