import type { Clock } from "../../src/clock.ts";

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Something that can die: from then on nothing that it waits for happens. */
export interface Life {
  isAlive: boolean;
}

/** Virtual time, in which all that happens at the same moment happens in an order that the seed says. */
export interface World {
  random(): number;
  /** Milliseconds since the start, for everyone. */
  steady(): number;
  /** A clock on the wall that can be set. */
  clock(life?: Life): Clock;
  jump(ms: number): void;
  /** Milliseconds since it was last set. */
  sinceJump(): number;
  /** Some short time of somebody's life. */
  pass(life: Life, maxMs: number): Promise<void>;
  /** Lets time pass, until nothing is left that would happen or that many milliseconds are over. */
  run(maxMs: number): Promise<void>;
}

export function createWorld(seed: number): World {
  const random = randomFrom(seed);
  let now = 0;
  let offset = Date.UTC(2026, 0, 1);
  let jumpedAt = 0;
  let events: { at: number; order: number; happen: () => void }[] = [];

  const after = (ms: number, happen: () => void): (() => void) => {
    const event = { at: now + ms, order: random(), happen };
    events.push(event);
    return () => {
      events = events.filter((other) => other !== event);
    };
  };
  const next = () =>
    events.reduce<(typeof events)[number] | undefined>(
      (first, event) =>
        first === undefined || event.at < first.at || (event.at === first.at && event.order < first.order)
          ? event
          : first,
      undefined,
    );

  return {
    random,
    steady: () => now,
    clock: (life = { isAlive: true }) => ({
      now: () => now + offset,
      steady: () => now,
      after: (ms, callback) => after(ms, () => life.isAlive && callback()),
    }),
    jump(ms) {
      offset += ms;
      jumpedAt = now;
    },
    sinceJump: () => now - jumpedAt,
    pass: (life, maxMs) =>
      new Promise((resolve) => void after(Math.floor(random() * maxMs), () => life.isAlive && resolve())),
    async run(maxMs) {
      const end = now + maxMs;
      for (;;) {
        // Promises and the bodies of answers come to rest before time goes on.
        for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
        const event = next();
        if (event === undefined || event.at > end) break;
        events = events.filter((other) => other !== event);
        now = event.at;
        event.happen();
      }
      now = end;
    },
  };
}
