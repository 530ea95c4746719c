import { beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { join } from "node:path";
import {
  type FileSystem,
  isReplaceable,
  removeAbandoned,
  replaceFile,
} from "../../src/files/durable-file.ts";
import { temporaryFolder } from "../support/folder.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "secrets.json");
});

const mode = (file: string): number => statSync(file).mode & 0o777;

/** A file system that writes `perWrite` bytes at a time and fails when `full` is reached. */
function smallDisk(perWrite: number, full: number): FileSystem {
  const open: FileSystem["open"] = async (...given) => {
    const file = await nodeFiles.open(...given);
    const write = file.write.bind(file);
    let total = 0;
    const shortWrite = async (buffer: Uint8Array, offset: number, length: number) => {
      const count = Math.min(length, perWrite, full - total);
      if (count > 0) await write(buffer, offset, count);
      total += count;
      return { bytesWritten: count, buffer };
    };
    return Object.assign(file, { write: shortWrite });
  };
  return { ...nodeFiles, open };
}

describe("a replaced file", () => {
  test("is the owner's alone, in a folder that is too", async () => {
    const deep = join(folder, "a", "b", "secrets.json");
    await replaceFile(deep, "new");
    expect(readFileSync(deep, "utf8")).toBe("new");
    expect(mode(deep)).toBe(0o600);
    expect(mode(join(folder, "a", "b"))).toBe(0o700);
  });

  test("does not inherit the mode of the old one", async () => {
    writeFileSync(path, "old", { mode: 0o644 });
    await replaceFile(path, "new");
    expect(mode(path)).toBe(0o600);
  });

  test("is whole at every step: the old text until the rename, the new one after", async () => {
    writeFileSync(path, "old");
    const seen: string[] = [];
    const see = (step: string) => void seen.push(`${step}: ${readFileSync(path, "utf8")}`);
    const files: FileSystem = {
      ...nodeFiles,
      async open(...given) {
        const file = await nodeFiles.open(...given);
        see(`open ${given[1]} ${given[2]?.toString(8) ?? ""}`.trimEnd());
        return file;
      },
      async rename(from, to) {
        see("before rename");
        expect(readFileSync(from, "utf8")).toBe("new");
        expect(mode(String(from))).toBe(0o600);
        await nodeFiles.rename(from, to);
        see("after rename");
      },
    };
    await replaceFile(path, "new", { files });
    expect(seen).toEqual(["open wx 600: old", "before rename: old", "after rename: new", "open r: new"]);
  });

  test("is complete on a disk that takes a few bytes at a time", async () => {
    const text = "é✔".repeat(500);
    await replaceFile(path, text, { files: smallDisk(7, Number.POSITIVE_INFINITY) });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("row 85: keeps the old text, and no leftover, on a disk that fills up silently", async () => {
    writeFileSync(path, "old");
    const failure = replaceFile(path, "x".repeat(100), { files: smallDisk(30, 60) });
    await expect(failure).rejects.toMatchObject({ code: "ENOSPC" });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
  });

  test.each(["there", "not there yet"])(
    "row 84: behind a symbolic link is replaced where it lies: %s",
    async (state) => {
      const target = join(folder, "dotfiles", "real.json");
      mkdirSync(join(folder, "dotfiles"));
      if (state === "there") writeFileSync(target, "old");
      symlinkSync("dotfiles/real.json", path);
      await replaceFile(path, "new");
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
      expect(readFileSync(target, "utf8")).toBe("new");
      expect(mode(target)).toBe(0o600);
    },
  );

  test("never overwrites a folder", async () => {
    mkdirSync(join(path, "inside"), { recursive: true });
    await expect(replaceFile(path, "new")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
  });

  test("can leave what it replaces under another name", async () => {
    writeFileSync(path, "old");
    await replaceFile(path, "new", { keepOldAs: `${path}.kept` });
    expect(readFileSync(`${path}.kept`, "utf8")).toBe("old");
    expect(readFileSync(path, "utf8")).toBe("new");
  });
});

test("what killed writers left is removed, but neither a living one's nor a stranger's file", async () => {
  const leftover = `${path}.${crypto.randomUUID()}.tmp`;
  const young = `${path}.${crypto.randomUUID()}.tmp`;
  const strange = [join(folder, `other.json.${crypto.randomUUID()}.tmp`), `${path}.bak`, `${path}.tmp`];
  for (const file of [leftover, young, ...strange]) writeFileSync(file, "");
  for (const file of [leftover, ...strange]) utimesSync(file, 1_000, 1_000);
  expect(await removeAbandoned(path, new Date(2_000_000))).toBe(1);
  expect(existsSync(leftover)).toBe(false);
  for (const file of [young, ...strange]) expect(existsSync(file)).toBe(true);
});

test("a path can be replaced when the nearest folder that exists is writable", async () => {
  expect(await isReplaceable(join(folder, "a", "b", "c.json"))).toBe(true);
  expect(await isReplaceable("/proc/1/nothing/here.json")).toBe(false);
});
