import type { Clock } from "../../src/clock.ts";

export interface HurriedClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: readonly number[];
}

/** Every wait of up to an hour is over at the next turn of the event loop; longer ones, which are deadlines, never are. */
export function hurriedClock(start = Date.UTC(2026, 0, 31, 12)): HurriedClock {
  let now = start;
  const waits: number[] = [];
  return {
    now: () => now,
    steady: () => now - start,
    waits,
    after(ms, callback) {
      if (ms > 3_600_000) return () => {};
      waits.push(ms);
      const turn = setImmediate(() => {
        now += ms;
        callback();
      });
      return () => clearImmediate(turn);
    },
  };
}
