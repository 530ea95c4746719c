/** How much is done for each goal. */
export interface Effort {
  starts: number;
  idleMs: number;
  /** Of a thousand streams, and of as many for comparison. */
  manyStreamsMs: number;
  referenceMs: number;
  /** Of full occupation, while others knock. */
  occupiedMs: number;
  greedyMs: number;
  latencyMs: number;
  endurance: { frames: number; requests: number; refreshes: number; maxMs: number };
  /** For garbage to be collected when the runtime finds the time. */
  restMs: number;
  /** What a client that takes nothing is given. */
  slowClientSeconds: number;
  lagMs: number;
  drainSeconds: number;
  growth: { events: readonly number[]; totalEvents: number; historyMb: readonly number[]; rounds: number };
}

/** As section 5.3 of the reliability plan has it. */
const letter = { frames: 20_000_000, requests: 50_000, refreshes: 48 };

export const efforts = {
  quick: {
    starts: 5,
    idleMs: 1000,
    manyStreamsMs: 2000,
    referenceMs: 500,
    occupiedMs: 2000,
    greedyMs: 2000,
    latencyMs: 1000,
    endurance: { frames: 2_000_000, requests: 5000, refreshes: 5, maxMs: 30_000 },
    restMs: 5000,
    slowClientSeconds: 1,
    lagMs: 2000,
    drainSeconds: 2,
    growth: { events: [1000, 10_000, 100_000], totalEvents: 100_000, historyMb: [0.1, 0.3, 1], rounds: 12 },
  },
  standard: {
    starts: 20,
    idleMs: 5000,
    manyStreamsMs: 60_000,
    referenceMs: 10_000,
    occupiedMs: 15_000,
    greedyMs: 10_000,
    latencyMs: 10_000,
    endurance: { ...letter, maxMs: 300_000 },
    restMs: 20_000,
    slowClientSeconds: 15,
    lagMs: 20_000,
    drainSeconds: 3,
    growth: {
      events: [1000, 10_000, 100_000, 1_000_000],
      totalEvents: 1_000_000,
      historyMb: [0.03, 0.1, 0.3, 1, 3],
      rounds: 20,
    },
  },
} satisfies Record<string, Effort>;

/** To the letter, however long it takes. */
export const full: Effort = {
  ...efforts.standard,
  endurance: { ...letter, maxMs: Number.POSITIVE_INFINITY },
  slowClientSeconds: 120,
  drainSeconds: 10,
};
