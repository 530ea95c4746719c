import { expect, test } from "bun:test";
import { createTally } from "../../src/search/tally.ts";

const usage = (unit: number) => ({
  inputTokens: unit,
  outputTokens: 10 * unit,
  cacheReadTokens: 100 * unit,
  cacheWriteTokens: 1000 * unit,
  estimated: false,
});

test("the use of one round is told as the service counted it", () => {
  const tally = createTally();
  expect(tally.usage()).toBeUndefined();
  tally.add(usage(1), 7);
  expect(tally.usage()).toEqual(usage(1));
});

test("the use of several rounds is their sum, and an estimate", () => {
  const tally = createTally();
  for (const unit of [1, 2, 3]) tally.add(usage(unit), 7);
  expect(tally.usage()).toEqual({ ...usage(6), estimated: true });
});

test("the next round reads what the last one did, what it wrote, and what was found", () => {
  const tally = createTally();
  tally.add(usage(1), 7);
  tally.add(usage(2), 70);
  expect(tally.inputTokens()).toBe(90);
  tally.tell({ type: "text-delta", text: "nothing of this" });
  expect(tally.inputTokens()).toBe(90);
  const told = tally.tell({ type: "search-result", id: "a", outcome: { type: "found", results: [] } });
  expect(tally.inputTokens()).toBeGreaterThan(90);
  expect(told).toMatchObject({ id: "a", inputTokens: 3 + tally.inputTokens() });
});
