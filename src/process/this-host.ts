import { fstatSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { LogReader } from "../log/formats.ts";
import { descriptorSink } from "../log/sink.ts";
import type { Host } from "./host.ts";
import { fetchLimit, fileLimit } from "./limits.ts";
import { isTerminal } from "./terminal.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const stderr = 2;

/** This very process. */
export const thisHost = (environment: Environment): Host => ({
  logSink: descriptorSink(stderr),
  logReader: logReader(environment),
  startedAt: Date.now() - performance.now(),
  residentBytes: lastKnown(process.memoryUsage.rss),
  memoryBytes: process.constrainedMemory() || Number.POSITIVE_INFINITY,
  collectGarbage: () => Bun.gc(true),
  maxFetches: fetchLimit(environment),
  maxFiles: fileLimit((path) => readFileSync(path, "utf8")),
  addresses,
  onStray,
});

const addresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((given) => given?.map(({ address }) => address) ?? []);

/** On Linux this reads a file, and there may be no descriptor left for it. */
function lastKnown(read: () => number): () => number {
  let known = 0;
  return () => {
    try {
      known = read();
    } catch {}
    return known;
  };
}

const strays = ["unhandledRejection", "uncaughtException"] as const;

/** Replaces whoever was told until now; with nobody to tell, the process would end at the first failure. */
export function onStray(callback: (error: unknown) => void): void {
  for (const event of strays) process.removeAllListeners(event).on(event, callback);
}

function logReader(environment: Environment): LogReader {
  if (isJournal(environment)) return "journal";
  return isTerminal(stderr) ? "terminal" : "program";
}

/** As systemd.exec(5) says: by device and inode, since a child may inherit the variable and write elsewhere. */
function isJournal(environment: Environment): boolean {
  try {
    const { dev, ino } = fstatSync(stderr);
    return environment["JOURNAL_STREAM"] === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
