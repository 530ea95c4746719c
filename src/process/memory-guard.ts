import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";

interface MemoryOptions {
  maxBytes: number;
  /** Resident, of the whole process. */
  residentBytes: () => number;
  /** Requests under way, the one asked for among them. */
  openRequests: () => number;
  collectGarbage: () => void;
  clock: Clock;
  log: Log;
}

/** What a body costs until it has been sent on, as a multiple of its size (measured: 100 MB in, 495 MB resident). */
const bodyCost = 5;
/** Share of the cap below which a full server takes new work again. */
const relief = 0.8;
const collectEveryMs = 10_000;

/** Keeps new work out while there is no memory for it; what runs goes on. */
export function createMemoryGuard(options: MemoryOptions) {
  const { maxBytes, residentBytes, openRequests, collectGarbage, clock, log } = options;
  let isFull = false;
  let collectedAt = Number.NEGATIVE_INFINITY;

  const collect = () => {
    if (clock.steady() - collectedAt < collectEveryMs) return;
    collectedAt = clock.steady();
    collectGarbage();
  };

  /** `pendingBytes` are those of bodies being read or worked on. */
  return (pendingBytes: number): BridgeError | undefined => {
    const resident = residentBytes();
    const needed = resident + bodyCost * pendingBytes;
    const wasFull = isFull;
    isFull = needed > maxBytes * (wasFull ? relief : 1);
    if (isFull !== wasFull) log.warn("proc.mem", { full: isFull, resident, needed, max: maxBytes });
    if (!isFull) return undefined;
    collect();
    // Refusing the only request would free nothing.
    return openRequests() > 1 ? outOfMemory : undefined;
  };
}

const outOfMemory = new BridgeError("busy", "The bridge has no memory for another request; try again soon.", {
  retryAfterSeconds: 1,
});
