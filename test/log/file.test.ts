import { beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLogFile } from "../../src/log/file.ts";
import { temporaryFolder } from "../support/folder.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "bridge.log");
});

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("a log file", () => {
  test("is its owner's alone, also when it was not before, and grows", () => {
    writeFileSync(path, "before\n");
    chmodSync(path, 0o644);
    openLogFile(path).write("after\n");
    expect(readFileSync(path, "utf8")).toBe("before\nafter\n");
    expect(modeOf(path)).toBe(0o600);
  });

  test("is made for its owner alone, whatever the umask allows", () => {
    const before = process.umask(0);
    openLogFile(path);
    process.umask(before);
    expect(modeOf(path)).toBe(0o600);
  });

  test("goes on in a new file after a rotation", () => {
    const file = openLogFile(path);
    file.write("one\n");
    renameSync(path, `${path}.1`);
    file.write("two\n");
    file.reopen();
    file.write("three\n");
    expect(readFileSync(`${path}.1`, "utf8")).toBe("one\ntwo\n");
    expect(readFileSync(path, "utf8")).toBe("three\n");
  });

  test("stays where it was when its path cannot be opened again", () => {
    const file = openLogFile(path);
    renameSync(path, `${path}.1`);
    mkdirSync(path);
    expect(file.reopen).toThrow("EISDIR");
    file.write("still here\n");
    expect(readFileSync(`${path}.1`, "utf8")).toBe("still here\n");
  });

  test("counts on over a rotation", () => {
    const file = openLogFile("/dev/full");
    file.write("lost\n");
    file.reopen();
    file.write("lost\n");
    expect(file.dropped()).toBe(2);
  });

  test("leaves the mode of what is no file alone", () => {
    const before = modeOf("/dev/null");
    openLogFile("/dev/null").write("gone\n");
    expect(modeOf("/dev/null")).toBe(before);
  });
});
