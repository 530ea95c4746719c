import { constants } from "node:fs";
import { chmod, copyFile, stat } from "node:fs/promises";
import { replaceFile } from "../../files/durable-file.ts";
import { readIfThere } from "../read-if-there.ts";
import type { Edit } from "./edit.ts";

export type Outcome =
  | { state: "unchanged" }
  /** `backup` holds what stood there before, if anything did. */
  | { state: "written"; backup: string | undefined }
  | { state: "refused"; reason: string };

/** Edits a file in one step, after a copy of it beside it; throws as `node:fs` does. */
export async function editFile(path: string, edit: Edit, now: number): Promise<Outcome> {
  const old = await readIfThere(path);
  const edited = edit(old ?? "");
  if ("refusal" in edited) return { state: "refused", reason: edited.refusal };
  if (edited.text === (old ?? "")) return { state: "unchanged" };
  const backup = old === undefined ? undefined : `${path}.bak-${stamp(now)}`;
  const mode = old === undefined ? undefined : (await stat(path)).mode;
  if (backup !== undefined) await copyFile(path, backup, constants.COPYFILE_EXCL);
  await replaceFile(path, edited.text);
  if (mode !== undefined) await chmod(path, mode);
  return { state: "written", backup };
}

const stamp = (now: number) => new Date(now).toISOString().replace(/[-:]/g, "").replace(".", "-");
