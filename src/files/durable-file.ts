import * as nodeFiles from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { isMissing } from "../error-code.ts";

/** The part of `node:fs/promises` that a durable write uses; tests give one that fails. */
export type FileSystem = Pick<typeof nodeFiles, "link" | "mkdir" | "open" | "realpath" | "rename" | "rm">;

interface ReplaceOptions {
  /** Keeps the old file under this path. */
  keepOldAs?: string | undefined;
  /** Asked when the new text is ready: whether it may still replace the old one. */
  isWanted?: () => Promise<boolean>;
  files?: FileSystem | undefined;
}

/**
 * Puts `text` where `path` leads, readable by the owner alone. Whatever interrupts it, the file then holds either the
 * old text or the new one; once it resolves, the new one outlives a power cut. A symbolic link stays one. Resolves to
 * false when the text is no longer wanted.
 */
export async function replaceFile(
  path: string,
  text: string,
  options: ReplaceOptions = {},
): Promise<boolean> {
  const { keepOldAs, isWanted, files = nodeFiles } = options;
  await files.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await followLink(path, files);
  const temporary = `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await writeNew(temporary, Buffer.from(text), files);
    if (isWanted !== undefined && !(await isWanted())) {
      await files.rm(temporary, { force: true });
      return false;
    }
    if (keepOldAs !== undefined) await keepAs(keepOldAs, target, files);
    await files.rename(temporary, target);
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(target), files);
  return true;
}

/** Removes what killed writers left beside the file, since it holds secrets; resolves to the number of files. */
export async function removeAbandoned(path: string, olderThan: Date): Promise<number> {
  let removed = 0;
  const target = await followLink(path, nodeFiles);
  const folder = dirname(target);
  for (const name of await nodeFiles.readdir(folder)) {
    if (!name.startsWith(`${basename(target)}.`) || !/\.[0-9a-f-]{36}\.tmp$/.test(name)) continue;
    const leftover = resolve(folder, name);
    if ((await nodeFiles.lstat(leftover)).mtime >= olderThan) continue;
    await nodeFiles.rm(leftover, { force: true });
    removed++;
  }
  return removed;
}

/** Whether `replaceFile` has a chance, judged by the nearest folder that exists. */
export async function isReplaceable(path: string): Promise<boolean> {
  const folder = dirname(path);
  try {
    await nodeFiles.access(folder, nodeFiles.constants.W_OK);
    return true;
  } catch (error) {
    return isMissing(error) && folder !== path && isReplaceable(folder);
  }
}

/** A failure of our own in the file system's terms. */
export const fileError = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code });

/** By a hard link, so that there is no moment without a file; not every file system has those. */
async function keepAs(name: string, path: string, files: FileSystem): Promise<void> {
  try {
    await files.link(path, name);
  } catch {
    await files.rename(path, name);
  }
}

async function followLink(path: string, files: FileSystem): Promise<string> {
  try {
    return await files.realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const link = await nodeFiles.readlink(path).catch(() => undefined);
  return link === undefined ? path : resolve(dirname(path), link);
}

async function writeNew(path: string, bytes: Buffer, files: FileSystem): Promise<void> {
  const file = await files.open(path, "wx", 0o600);
  try {
    let written = 0;
    while (written < bytes.length) {
      // A full disk can answer with a short count instead of an error.
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written);
      if (bytesWritten === 0) throw fileError("ENOSPC", "Nothing was written.");
      written += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable; where folders cannot be opened (Windows), the file system sees to it. */
async function syncFolder(path: string, files: FileSystem): Promise<void> {
  try {
    const folder = await files.open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch {}
}
