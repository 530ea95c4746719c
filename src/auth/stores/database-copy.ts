import { SQLiteError } from "bun:sqlite";
import { copyFile, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMissing } from "../../error-code.ts";
import { stampOf } from "../../files/file-stamp.ts";

/** The files that together are a database, by what follows its path. */
const parts = ["", "-wal", "-journal"] as const;

/**
 * Whether a readable database cannot be opened where it lies: its log needs an index beside it in a folder that is not
 * writable, or a journal that was left behind still has to be rolled back.
 */
export const needsCopy = (error: unknown): boolean =>
  error instanceof SQLiteError &&
  /^SQLITE_(READONLY_(DIRECTORY|ROLLBACK|RECOVERY|CANTINIT|CANTLOCK)|CANTOPEN)/.test(error.code ?? "");

/**
 * What `read` finds in a private copy of the database, which SQLite may put in order; undefined when the database changed
 * while it was copied.
 */
export async function readFromCopy<T>(path: string, read: (copy: string) => T): Promise<T | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "aqbridge-"));
  const copy = join(folder, "data.sqlite3");
  try {
    const before = stampOfAll(path);
    for (const part of parts) await copyIfThere(`${path}${part}`, `${copy}${part}`);
    return before === stampOfAll(path) ? read(copy) : undefined;
  } finally {
    // One by one: listing the folder takes a file descriptor, and a lack of those may have led here.
    for (const part of [...parts, "-shm"]) await rm(`${copy}${part}`, { force: true });
    await rmdir(folder);
  }
}

const stampOfAll = (path: string): string => parts.map((part) => stampOf(`${path}${part}`).text).join();

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
