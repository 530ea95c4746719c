import { Database } from "bun:sqlite";
import { chmod, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, sleep } from "../clock.ts";
import { isBusy } from "../files/sqlite-file.ts";
import type { Log } from "../log.ts";

/** Runs what it is given in that order, each after the one before has settled. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

const pauseMs = 10;

interface LockOptions {
  /** An otherwise empty file that exists only to be locked; undefined when nothing is shared. */
  path: string | undefined;
  patienceMs: number;
  clock: Clock;
  log: Log;
}

/**
 * Does `work` while no other process that shares the lock does any. The lock is SQLite's, so it ends with its holder,
 * however that ends. Where nothing can be locked, or after `patienceMs`, the work is done all the same.
 */
export async function whileLocked<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { path, patienceMs, clock, log } = options;
  using lock = path === undefined ? undefined : await openLock(path);
  for (let waitedMs = 0; lock !== undefined && isTaken(lock); waitedMs += pauseMs) {
    if (waitedMs >= patienceMs) {
      log.warn("login.lock-ignored", { path });
      break;
    }
    await sleep(clock, pauseMs);
  }
  return await work();
}

async function openLock(path: string): Promise<Database | undefined> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await keepToOwner(path);
    return new Database(path, { create: true, readwrite: true });
  } catch {
    return undefined;
  }
}

/** Whoever can open the file could hold up refreshes. An existing one is not opened: closing it would unlock it. */
async function keepToOwner(path: string): Promise<void> {
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch {
    await chmod(path, 0o600).catch(() => {});
  }
}

/** Takes the lock unless another holds it; a file system that cannot lock holds nobody up. */
function isTaken(lock: Database): boolean {
  try {
    lock.run("BEGIN IMMEDIATE");
    return false;
  } catch (error) {
    return isBusy(error);
  }
}
