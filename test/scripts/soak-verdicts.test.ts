import { describe, expect, test } from "bun:test";
import {
  atLeast,
  atMost,
  exactly,
  type Figure,
  isReached,
  keepsBound,
  measured,
} from "../../scripts/soak/goal.ts";
import { memorySlope } from "../../scripts/soak/memory-slope.ts";
import { sumOf } from "../../scripts/soak/rig/bridge.ts";

describe("a figure", () => {
  test.each<[Figure, boolean | undefined]>([
    [measured("x", 1e9), undefined],
    [atMost(5, "x", 5), true],
    [atMost(5, "x", 5.01), false],
    [atMost(5, "x", -1), true],
    [atMost(5, "x", Number.NaN), false],
    [atLeast(5, "x", 5), true],
    [atLeast(5, "x", 4.99), false],
    [atLeast(5, "x", Number.NaN), false],
    [exactly(0, "x", 0), true],
    [exactly(0, "x", 1), false],
    [exactly(0, "x", Number.NaN), false],
  ])("%j keeps its bound: %p", (figure, kept) => {
    expect(keepsBound(figure)).toEqual(kept);
  });
});

test("a goal is reached when all of its bounds are kept, and is missed when nothing was measured", () => {
  const good = atMost(1, "x", 0);
  const bad = exactly(1, "x", 0);
  expect(
    [[good], [good, measured("x", 7)], [good, bad], [measured("x", 7)], []].map((figures) =>
      isReached({ figures }),
    ),
  ).toEqual([true, true, false, false, false]);
});

describe("the slope of memory", () => {
  /** Garbage in waves of 60 MB on what is kept. */
  const samples = (keptMb: (frames: number) => number) =>
    Array.from({ length: 400 }, (_, index) => ({
      frames: index * 50_000,
      residentMb: keptMb(index * 50_000) + ((index * 17) % 60),
    }));

  test("is that of what is kept, under waves of garbage", () => {
    expect(memorySlope(samples((frames) => 100 + (3 * frames) / 1e6))).toBeCloseTo(3, 0);
    expect(Math.abs(memorySlope(samples(() => 100)))).toBeLessThan(0.3);
  });

  test("does not count what warming up takes", () => {
    expect(Math.abs(memorySlope(samples((frames) => Math.min(100, frames / 40_000))))).toBeLessThan(0.3);
  });

  test("is no number, and so keeps no bound, when there was nothing to see", () => {
    expect(memorySlope([])).toBeNaN();
  });
});

test("a metric is summed over its labels, and over its own name only", () => {
  const text = 'a_total{x="1"} 2\na_total{x="2 3"} 4\na_total_more 8\n# HELP a_total Sixteen 16\n';
  expect(sumOf(text, "a_total")).toBe(6);
  expect(sumOf(text, "b_total")).toBe(0);
});
