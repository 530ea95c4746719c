import { readFile } from "node:fs/promises";
import { isMissing } from "../error-code.ts";

/** The text of a file, or undefined when there is none; other failures throw as `node:fs` does. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
