import type { Clock } from "../../src/clock.ts";

export interface ManualClock extends Clock {
  /** Milliseconds that have gone by, whatever the wall clock was set to. */
  steady(): number;
  /** Sets the wall clock on, or back. */
  jump(ms: number): void;
  /** Moves time on and rings what is due, in order. */
  advance(ms: number): void;
  /** Until the promise settles, moves time on to each timer as soon as one is set. */
  runUntil<T>(promise: Promise<T>): Promise<T>;
}

/** Stands still until it is moved; a wait of no time ends by itself. */
export function manualClock(start = Date.now()): ManualClock {
  let now = 0;
  let wall = start;
  const timers = new Set<{ at: number; ring: () => void }>();

  const advance = (ms: number) => {
    now += ms;
    const due = [...timers].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
    for (const timer of due) if (timers.delete(timer)) timer.ring();
  };
  return {
    now: () => wall + now,
    steady: () => now,
    jump(ms) {
      wall += ms;
    },
    after(ms, ring) {
      const timer = { at: now + ms, ring };
      timers.add(timer);
      if (ms <= 0) queueMicrotask(() => timers.delete(timer) && ring());
      return () => timers.delete(timer);
    },
    advance,
    async runUntil(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      while (!settled) {
        await new Promise(setImmediate);
        const next = Math.min(...[...timers].map(({ at }) => at));
        if (next < Number.POSITIVE_INFINITY) advance(next - now);
      }
      return promise;
    },
  };
}
