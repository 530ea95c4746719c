import { expect } from "bun:test";

/** Fifty milliseconds, but for what a busy machine may do to some of them. */
export function expectSoon(times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  expect(sorted[0]).toBeLessThan(50);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(500);
}
