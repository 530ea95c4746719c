import * as nodeFiles from "node:fs/promises";
import { type FileSystem, fileError } from "../../src/files/durable-file.ts";

export const faults = [
  ...["EIO", "ENOSPC", "EDQUOT", "EACCES", "EROFS", "EMFILE"],
  "short write",
  "death",
] as const;

/** What goes wrong, and at which of the calls to the file system, counted from 0. */
export interface Plan {
  fault: (typeof faults)[number];
  at: number;
  /** Whether that call does its work before it fails. */
  isDone: boolean;
  bytesPerWrite: number;
  /** Whether files can have second names there. */
  hasLinks: boolean;
}

export interface FailingFiles {
  files: FileSystem;
  hasFailed(): boolean;
}

/** A file system on which one call fails; after a death all others fail too, since a dead process makes none. */
export function failingFiles({ fault, at, isDone, bytesPerWrite, hasLinks }: Plan): FailingFiles {
  let calls = 0;
  let failed = false;

  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    const number = calls++;
    const isHit = number === at && fault !== "short write";
    const isDead = number > at && fault === "death";
    if (!isHit && !isDead) return work();
    if (isHit && isDone) await work();
    failed = true;
    throw fileError(fault, "It failed.");
  };
  /** For what cannot be half done here. */
  const pass = () => call(async () => {});

  const open: FileSystem["open"] = async (...given) => {
    await pass();
    const file = await nodeFiles.open(...given);
    const [write, sync, close] = [file.write.bind(file), file.sync.bind(file), file.close.bind(file)];
    const writeSome = (bytes: Uint8Array, offset: number, length: number) => {
      const isShort = fault === "short write" && calls === at;
      if (isShort) failed = true;
      const wanted = isShort ? 0 : Math.min(length, bytesPerWrite);
      return call(async () =>
        wanted === 0 ? { bytesWritten: 0, buffer: bytes } : write(bytes, offset, wanted),
      );
    };
    return Object.assign(file, { write: writeSome, sync: () => call(sync), close: () => close().then(pass) });
  };

  const files = Object.assign(
    { ...nodeFiles, open },
    {
      mkdir: (path: string, options: { recursive: true }) => call(() => nodeFiles.mkdir(path, options)),
      realpath: (path: string) => call(() => nodeFiles.realpath(path)),
      rename: (from: string, to: string) => call(() => nodeFiles.rename(from, to)),
      rm: (path: string, options: object) => call(() => nodeFiles.rm(path, options)),
      async link(from: string, to: string) {
        if (!hasLinks) throw fileError("EPERM", "There are no links.");
        await call(() => nodeFiles.link(from, to));
      },
    },
  );
  return { files, hasFailed: () => failed };
}
