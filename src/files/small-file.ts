import { open, stat } from "node:fs/promises";
import { errorCode, isMissing, isShortage } from "../error-code.ts";

const maxBytes = 1_000_000;

/** What is in a file that should hold a small text; examined before it is opened, since that would hang on a pipe. */
export type SmallFile =
  | { state: "text"; text: string; mode: number; writtenAt: Date }
  | { state: "missing" }
  /** Not ours to replace; with `mayPass` it may be readable in a moment. */
  | { state: "refused"; reason: string; mayPass: boolean }
  | { state: "oversized"; reason: string };

export async function readSmallFile(path: string): Promise<SmallFile> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return refused("it is not a regular file");
    if (isForeign(found.uid)) return refused("it belongs to another user");
    if (found.size > maxBytes) return { state: "oversized", reason: `it is larger than ${maxBytes} bytes` };
    await using file = await open(path, "r");
    const text = new TextDecoder("utf-8").decode(await file.readFile());
    return { state: "text", text, mode: found.mode, writtenAt: found.mtime };
  } catch (error) {
    if (isMissing(error)) return { state: "missing" };
    return refused(`it cannot be read (${errorCode(error)})`, isShortage(error));
  }
}

/** Windows has no user ids. */
const isForeign = (uid: number): boolean => process.getuid !== undefined && process.getuid() !== uid;

const refused = (reason: string, mayPass = false): SmallFile => ({ state: "refused", reason, mayPass });
