import { statSync } from "node:fs";
import { errorCode } from "../error-code.ts";

interface FileStamp {
  /** Differs after every change that the file system's clock can tell from the last. */
  text: string;
  /** Milliseconds since the epoch; 0 when there is no file. */
  changedAt: number;
}

/** Synchronous: that takes a microsecond, and six by way of the runtime's threads. */
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
