import { constants } from "node:fs";
import { chmod, copyFile, stat } from "node:fs/promises";
import { errorCode } from "../../error-code.ts";
import { replaceFile } from "../../files/durable-file.ts";
import { readIfThere } from "../read-if-there.ts";

/** Makes the new text of a configuration file from the old one, or says why it should not. A missing file is an empty text. */
export type Edit = (text: string) => Edited;

export type Edited = { text: string } | { refusal: string };

/** What points a client here, and what removes that again. */
export interface Edits {
  write: Edit;
  undo: Edit;
}

type Outcome =
  | { state: "unchanged" }
  /** `backup` holds what was there before, if anything was. */
  | { state: "written"; backup: string | undefined }
  | { state: "refused"; reason: string };

/** Edits a file in one step, after copying it to one beside it; throws as `node:fs` does. */
export async function editFile(path: string, edit: Edit, now: number): Promise<Outcome> {
  const old = await readIfThere(path);
  // What is not UTF-8 has been read as these, and would be written back so.
  if (old?.includes("\uFFFD")) return { state: "refused", reason: "it is not encoded in UTF-8" };
  const edited = edit(old ?? "");
  if ("refusal" in edited) return { state: "refused", reason: edited.refusal };
  if (edited.text === (old ?? "")) return { state: "unchanged" };
  if (old === undefined) {
    await replaceFile(path, edited.text);
    return { state: "written", backup: undefined };
  }
  const { mode } = await stat(path);
  const backup = await backUp(path, now);
  await replaceFile(path, edited.text);
  await chmod(path, mode);
  return { state: "written", backup };
}

/** A file may be edited more than once in a millisecond. */
async function backUp(path: string, now: number): Promise<string> {
  const backup = `${path}.bak-${stamp(now)}`;
  try {
    await copyFile(path, backup, constants.COPYFILE_EXCL);
    return backup;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    return backUp(path, now + 1);
  }
}

const stamp = (now: number) => new Date(now).toISOString().replace(/[-:]/g, "").replace(".", "-");
