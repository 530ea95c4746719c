import type { Clock } from "../clock.ts";
import type { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createMetrics, type Metrics, processMetrics } from "../metrics/metrics.ts";
import type { RequestObserver } from "../protocols/journal.ts";
import { createGarbageWatch } from "./garbage-watch.ts";
import type { Host } from "./host.ts";
import { createLagWatch } from "./lag-watch.ts";
import { createMemoryGuard } from "./memory-guard.ts";
import { createStrayFailures } from "./stray-failures.ts";

interface VitalsOptions {
  host: Host;
  clock: Clock;
  log: Log;
  maxMemoryMb: number;
  droppedLogLines: () => number;
  retryTokens: () => number;
}

/** What is known of the process while it serves. */
interface Vitals {
  metrics: Metrics;
  observers: readonly RequestObserver[];
  /** What keeps new work out; undefined when nothing does. */
  refuse: (pendingBytes: number) => BridgeError | undefined;
  /** Resolves when the process had better be restarted. */
  isBroken: Promise<void>;
}

export function createVitals({ host, clock, log, maxMemoryMb, ...figures }: VitalsOptions): Vitals {
  const metrics = createMetrics();
  const lag = createLagWatch({ clock, log });
  processMetrics(metrics, { ...host, ...figures, longestLagMs: lag.longestMs });
  const openRequests = metrics.requests.open;
  const refuse = createMemoryGuard({
    ...host,
    residentBytes: sampled(clock, host.residentBytes),
    maxBytes: Math.min(maxMemoryMb * 1_000_000, host.memoryBytes * share),
    openRequests,
    clock,
    log,
  });
  const isBroken = new Promise<void>((onTooMany) =>
    host.onStray(createStrayFailures({ clock, log, onStray: metrics.strayed, onTooMany })),
  );
  return { metrics, observers: [lag, createGarbageWatch({ ...host, clock })], refuse, isBroken };
}

/** Of the memory there is; beyond all of it the kernel ends the process. */
const share = 0.75;

/** Asking the kernel took a twentieth of a short request's time. */
const sampleMs = 50;

function sampled(clock: Clock, read: () => number): () => number {
  let value = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.steady() - readAt >= sampleMs) {
      value = read();
      readAt = clock.steady();
    }
    return value;
  };
}
