import type { Clock } from "../../src/clock.ts";

export interface ManualClock extends Clock {
  /** Lets that much time pass at once, calling back what fell due, in its order. */
  advance(ms: number): void;
  /** Callbacks in wait. */
  waiting(): number;
}

export function manualClock(start = Date.UTC(2026, 0, 31, 12)): ManualClock {
  let now = start;
  let alarms: { at: number; callback: () => void }[] = [];
  return {
    now: () => now,
    steady: () => now - start,
    waiting: () => alarms.length,
    after(ms, callback) {
      const alarm = { at: now + ms, callback };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    advance(ms) {
      now += ms;
      const due = alarms.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      alarms = alarms.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
    },
  };
}
