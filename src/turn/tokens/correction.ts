/** How estimates of one kind compare with the service's latest counts. */
export interface Correction {
  /** To multiply an estimate by. */
  readonly factor: number;
  learn(counted: number, estimated: number): void;
}

/** The weight of what was learnt before, relative to a new count of the same size. */
const kept = 0.8;
const smallest = 0.5;
const largest = 2;

/**
 * Compares fading sums, so that large counts teach more than small ones. Estimates below `least` tokens teach nothing:
 * what the service adds to every turn would be taken for a ratio.
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
