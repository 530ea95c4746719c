import { beforeEach, expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoginStore, Reading } from "../../../src/auth/login.ts";
import { watchedStore } from "../../../src/auth/stores/watched-store.ts";
import { silentLog } from "../../../src/log.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { manualClock } from "../manual-clock.ts";
import { bareLogin } from "../rig.ts";

const signedOut: Reading = { state: "signed-out", reason: "none" };

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** A store over two files, looked at long after they were written, that counts how often it is read. */
function counted(answers: Reading[] = []) {
  const files = [join(folder, "db"), join(folder, "db-wal")];
  let reads = 0;
  const store: LoginStore = {
    source: "Amazon Q CLI",
    path: folder,
    files,
    read: async () => answers[reads++] ?? signedOut,
  };
  const clock = manualClock(Date.now() + 3_600_000);
  return { store: watchedStore(store, clock, silentLog), files, clock, reads: () => reads };
}

test("a store is read again only when one of its files changed, appeared, was replaced or is gone", async () => {
  const { store, files, reads } = counted();
  const [db = "", wal = ""] = files;
  const expectReads = async (count: number) => {
    for (let i = 0; i < 3; i++) await store.read();
    expect(reads()).toBe(count);
  };
  await expectReads(1);
  writeFileSync(db, "1");
  await expectReads(2);
  writeFileSync(wal, "12");
  await expectReads(3);
  writeFileSync(wal, "123");
  await expectReads(4);
  writeFileSync(`${db}.new`, "1");
  renameSync(`${db}.new`, db);
  await expectReads(5);
  rmSync(wal);
  await expectReads(6);
});

test("a file written a moment ago is not trusted to show its next change", async () => {
  const { store, files, clock, reads } = counted();
  writeFileSync(files[0] ?? "", "1");
  clock.advance(Date.now() - clock.now());
  await store.read();
  await store.read();
  expect(reads()).toBe(2);
});

test("while the store is busy its last login holds, and it is asked again", async () => {
  const found: Reading = { state: "login", login: bareLogin };
  const busy: Reading = { state: "busy", reason: "locked" };
  const { store, files, reads } = counted([found, busy, busy]);
  expect(await store.read()).toEqual(found);
  writeFileSync(files[0] ?? "", "1");
  expect(await store.read()).toEqual(found);
  expect(await store.read()).toEqual(found);
  expect(await store.read()).toEqual(signedOut);
  expect(reads()).toBe(4);
});
