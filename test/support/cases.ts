import type fc from "fast-check";

/** How many cases a law is tried on at every commit, and when there is more time. */
export const usualCases = 1_000;
export const thoroughCases = 15_000;

const wanted = Number(process.env["AQBRIDGE_CASES"] ?? 0);
const isThorough = process.env["AQBRIDGE_FAULTS"] === "all";
const count = wanted || (isThorough ? thoroughCases : usualCases);

/** The same ones at every commit; new ones for `bun run faults --all`, or `--cases` and as many as one likes. */
export const cases: fc.Parameters<unknown> =
  wanted || isThorough ? { numRuns: count } : { numRuns: count, seed: 42 };

/** The same, where a law has several tests: each tries one part of them. */
export const partOfCases = (parts: number): fc.Parameters<unknown> => ({
  ...cases,
  numRuns: Math.ceil(count / parts),
});

/** For a test of them, in milliseconds, when one takes no longer than this on a busy machine. */
export const timeFor = (msEach = 20): number => Math.max(60_000, count * msEach);
