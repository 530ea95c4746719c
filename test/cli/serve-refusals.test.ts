import { beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const start = (flags: string) => runLine(`--demo --port 0 ${flags}`, { home });

describe("the server does not start, and says what to do, with", () => {
  test("a folder for dumps that others can look into", async () => {
    const folder = join(home, "dump");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    expect(await start(`--debug-dump ${folder}`)).toMatchObject({
      code: 2,
      err: `aqbridge: --debug-dump ${folder} cannot be written to: others can look into it; chmod 700 ${folder}.\n`,
    });
  });

  test("a file in the place of that folder", async () => {
    const file = join(home, "dump");
    writeFileSync(file, "");
    expect(await start(`--debug-dump ${file}`)).toMatchObject({
      code: 2,
      err: `aqbridge: --debug-dump ${file} cannot be written to: EEXIST.\n`,
    });
  });

  test("a folder in the place of the log file", async () => {
    writeFileSync(join(home, "config.json"), JSON.stringify({ logging: { file: home } }));
    expect(await start(`--dir ${home}`)).toMatchObject({
      code: 2,
      err: `aqbridge: The log file ${home} (logging.file) cannot be written: EISDIR.\n`,
    });
  });
});
