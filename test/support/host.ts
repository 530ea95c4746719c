import type { Host } from "../../src/process/host.ts";

/** A process in which nothing happens. */
export const quietHost: Host = {
  logSink: { write() {}, dropped: () => 0 },
  logReader: "program",
  startedAt: 0,
  residentBytes: () => 0,
  memoryBytes: Number.POSITIVE_INFINITY,
  collectGarbage() {},
  maxFiles: Number.POSITIVE_INFINITY,
  maxFetches: Number.POSITIVE_INFINITY,
  addresses: () => [],
  onStray() {},
};
