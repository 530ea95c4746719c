import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editFile } from "../../../src/cli/edit/edit.ts";
import { temporaryFolder } from "../../support/folder.ts";

test.each(["latin1", "utf16le"] as const)(
  "a file of another encoding than UTF-8 is left alone: %s",
  async (encoding) => {
    const path = join(temporaryFolder(), "config.toml");
    const bytes = Buffer.from("\ufeff# für mich\nmodel = 'x'\n", encoding);
    writeFileSync(path, bytes);
    const outcome = await editFile(path, (text) => ({ text: `${text}added = 1\n` }), 0);
    expect(outcome).toEqual({ state: "refused", reason: "it is not encoded in UTF-8" });
    expect(readFileSync(path)).toEqual(bytes);
  },
);

test("a file that is edited twice at the same time is backed up twice", async () => {
  const path = join(temporaryFolder(), "config.toml");
  writeFileSync(path, "");
  const edit = () => editFile(path, (text) => ({ text: `${text}added\n` }), 0);
  const backups = [await edit(), await edit()].map((outcome) => "backup" in outcome && outcome.backup);
  expect(backups.map((backup) => readFileSync(String(backup), "utf8"))).toEqual(["", "added\n"]);
});
