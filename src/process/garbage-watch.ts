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

const beatMs = 1000;
/** So many more requests than at the last look are a crowd arriving, which a collection would keep waiting. */
const crowd = 64;
/** What a few busy streams take; below it nobody minds. */
const enoughBytes = 120_000_000;
const growth = 1.1;
/** A collection takes 10 to 60 ms, depending on how much is alive, and then rests for so many times that. */
const restFactor = 50;

/**
 * Collects garbage when memory has grown while requests are under way. The runtime by itself lets it become as much again
 * as there is, and counts for that the 256 KB that each of its readers has reserved: a thousand streams came to hold 105
 * to 253 KB each, and hold 92 to 102 with this (measured). Where nothing grows, nothing is collected.
 */
export function createGarbageWatch({
  clock,
  residentBytes,
  collectGarbage,
}: GarbageOptions): RequestObserver {
  /** What was left of the last collection, once the runtime has given the rest back. */
  let keptBytes = 0;
  let hasCollected = false;
  let openBefore = 0;
  let restingBeats = 0;

  const collect = () => {
    const startedAt = clock.steady();
    collectGarbage();
    const tookMs = clock.steady() - startedAt;
    restingBeats = Math.floor((restFactor * tookMs) / beatMs);
  };

  const beat = createBusyBeat(clock, beatMs, () => {
    const arrived = beat.open() - openBefore;
    openBefore += arrived;
    if (arrived > crowd) return;
    const resident = residentBytes();
    if (hasCollected) keptBytes = resident;
    hasCollected = restingBeats-- <= 0 && resident > Math.max(enoughBytes, keptBytes * growth);
    if (hasCollected) collect();
  });
  return beat;
}
