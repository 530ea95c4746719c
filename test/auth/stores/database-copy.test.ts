import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCliDatabase } from "../../../src/auth/stores/cli-database.ts";
import { withEnvironment } from "../../faults/support/environment.ts";
import { type CliDatabase, cliToken, makeCliDatabase, tokenKey } from "../../support/cli-database.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { asNobody } from "../as-nobody.ts";
import { manualClock } from "../manual-clock.ts";

let folder: string;
let made: CliDatabase | undefined;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  made?.close();
  made = undefined;
});

const make = (journal?: "delete" | "wal"): CliDatabase => {
  made = makeCliDatabase(join(folder, "live", "data.sqlite3"), journal);
  return made;
};
const read = (path: string) => createCliDatabase(path, manualClock()).read();

/** The database's files as they lie on the disk at this moment, in a folder of their own. */
function snapshot({ path }: CliDatabase, ...suffixes: readonly string[]): string {
  const copy = join(folder, "snapshot", "data.sqlite3");
  mkdirSync(dirname(copy));
  for (const suffix of suffixes) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
  return copy;
}

describe("row 69: a database with a log, in a folder that cannot be written", () => {
  test.each([
    ["with its index", ["", "-wal", "-shm"]],
    ["without", ["", "-wal"]],
  ])("%s: the newest committed value is read, and nothing left behind", async (_, suffixes) => {
    const cli = make("wal");
    cli.login({ access_token: "aoa-1" });
    cli.connection.run("PRAGMA wal_checkpoint");
    cli.login({ access_token: "aoa-2" });
    const copy = snapshot(cli, ...suffixes);
    const TMPDIR = join(folder, "tmp");
    mkdirSync(TMPDIR);
    const unwritable = [dirname(copy), ...suffixes.map((each) => copy + each)];
    await withEnvironment({ TMPDIR }, () =>
      asNobody(folder, { unwritable }, async () => {
        expect(await read(copy)).toMatchObject({ login: { accessToken: "aoa-2" } });
        expect(readdirSync(dirname(copy))).toHaveLength(suffixes.length);
      }),
    );
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

test("row 69: what a writer killed in the middle has left is undone, in a copy", async () => {
  const cli = make();
  cli.login({ access_token: "aoa-committed" });
  cli.connection.run("PRAGMA cache_size = 1");
  cli.connection.run("BEGIN IMMEDIATE");
  cli.setAuth(tokenKey, JSON.stringify({ ...cliToken, access_token: "aoa-never" }));
  for (let row = 0; row < 200; row++) cli.setAuth(`filler-${row}`, "x".repeat(4_000));
  const copy = snapshot(cli, "", "-journal");
  cli.connection.run("ROLLBACK");
  const bytes = await Bun.file(copy).bytes();
  expect(await read(copy)).toMatchObject({ login: { accessToken: "aoa-committed" } });
  expect(await Bun.file(copy).bytes()).toEqual(bytes);
});
