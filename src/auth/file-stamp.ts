import { stat } from "node:fs/promises";
import { errorCode } from "./durable-file.ts";

export interface FileStamp {
  /** Another one after every change that the file system's clock can tell from the last. */
  text: string;
  /** Milliseconds since the epoch; 0 when there is no file. */
  changedAt: number;
}

export async function stampOf(path: string): Promise<FileStamp> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(":"), changedAt: Number(ctimeMs) };
  } catch (error) {
    return { text: errorCode(error), changedAt: 0 };
  }
}
