/** How estimates of one kind compare with what the service counts, as the latest counts show. */
export interface Correction {
  /** What to multiply an estimate by. */
  readonly factor: number;
  learn(counted: number, estimated: number): void;
}

/** How much of what was learnt before weighs beside a new count of the same size. */
const kept = 0.8;
const smallest = 0.5;
const largest = 2;

/**
 * Compares sums that fade, so that large counts teach more than small ones. Estimates below `least` tokens teach nothing:
 * what the service adds to every turn would pass for a ratio.
 */
export function createCorrection(least: number): Correction {
  let counted = 0;
  let estimated = 0;
  return {
    get factor() {
      return Math.min(largest, Math.max(smallest, (counted + least) / (estimated + least)));
    },
    learn(newlyCounted, newlyEstimated) {
      if (newlyCounted <= 0 || newlyEstimated < least) return;
      counted = counted * kept + newlyCounted;
      estimated = estimated * kept + newlyEstimated;
    },
  };
}
