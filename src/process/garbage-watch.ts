import type { Clock } from "../clock.ts";
import type { RequestObserver } from "../protocols/journal.ts";
import { createBusyBeat } from "./busy-beat.ts";

interface GarbageOptions {
  clock: Clock;
  /** Of the whole process. */
  residentBytes: () => number;
  /** All of it, at once: what the runtime does in the background is given back too late (measured). */
  collectGarbage: () => void;
}

/** Not while a crowd is arriving, which a collection would keep waiting. */
const beatMs = 5000;
/** What a few busy streams take; below it nobody minds. */
const enoughBytes = 130_000_000;
const growth = 1.2;

/**
 * Collects garbage when memory has grown while requests are under way. The runtime by itself lets it become as much again
 * as there is, and counts for that the 256 KB that each of its readers has reserved: a thousand streams came to hold 105
 * to 253 KB each, and hold about 100 with this (measured). Where nothing grows, nothing is collected.
 */
export function createGarbageWatch({
  clock,
  residentBytes,
  collectGarbage,
}: GarbageOptions): RequestObserver {
  /** What was left of the last collection, once the runtime has given the rest back. */
  let keptBytes = 0;
  let hasCollected = false;

  return createBusyBeat(clock, beatMs, () => {
    const resident = residentBytes();
    if (hasCollected) keptBytes = resident;
    hasCollected = resident > Math.max(enoughBytes, keptBytes * growth);
    if (hasCollected) collectGarbage();
  });
}
