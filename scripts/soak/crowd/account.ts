import { quantile } from "../../bench/statistics.ts";
import type { Case } from "./cases.ts";
import type { Ending } from "./ending.ts";
import type { Outcome } from "./visit.ts";

export interface Quantiles {
  p50: number;
  p99: number;
  max: number;
}

/** What became of many requests. */
export interface Sum {
  requests: number;
  frames: number;
  endings: Readonly<Record<Ending, number>>;
  /** Of cases that the upstream was to break. */
  broken: number;
  /** From the question to the first mark. */
  firstMarkMs: Quantiles;
  /** How long stamped marks have travelled. */
  delayMs: Quantiles;
  /** From the question to the end of a refusal. */
  refusedMs: Quantiles;
  /** What no client should see: how often, and the first ones. */
  faultCount: number;
  faults: readonly string[];
}

const mostFaults = 10;

export function createAccount() {
  const endings: Record<Ending, number> = { ok: 0, error: 0, left: 0, refused: 0, torn: 0 };
  const firstMarkMs: number[] = [];
  const delayMs: number[] = [];
  const refusedMs: number[] = [];
  const faults: string[] = [];
  let faultCount = 0;
  let requests = 0;
  let frames = 0;
  let broken = 0;

  return {
    delayed: (ms: number) => void delayMs.push(ms),
    ended({ plan }: Case, outcome: Outcome) {
      endings[outcome.ending]++;
      requests++;
      frames += outcome.frames;
      if (plan.fault) broken++;
      if (outcome.firstMarkMs !== undefined) firstMarkMs.push(outcome.firstMarkMs);
      if (outcome.ending === "refused") refusedMs.push(outcome.ms);
      if (outcome.fault === undefined) return;
      faultCount++;
      if (faults.length < mostFaults) faults.push(outcome.fault);
    },
    sum: (): Sum => ({
      requests,
      frames,
      endings,
      broken,
      firstMarkMs: quantilesOf(firstMarkMs),
      delayMs: quantilesOf(delayMs),
      refusedMs: quantilesOf(refusedMs),
      faultCount,
      faults,
    }),
  };
}

const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  max: quantile(values, 1),
});
