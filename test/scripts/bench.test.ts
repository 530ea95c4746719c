import { expect, test } from "bun:test";
import { hotSpots } from "../../scripts/bench/hot-spots.ts";
import { figure, quantile, ratio, slope } from "../../scripts/bench/statistics.ts";

test("a quantile lies between the two values around it", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([30, 10, 20], 0)).toBe(10);
  expect(quantile([30, 10, 20], 0.75)).toBe(25);
});

test("a ratio is taken round by round, so that a slow minute of the machine is in neither side alone", () => {
  expect(ratio([2, 40, 6], [1, 20, 3])).toEqual(figure([2, 2, 2]));
});

test("what grows with the square of the size has the slope 2 in logarithms", () => {
  const points = [1, 10, 100, 1000].map((size) => ({ x: Math.log(size), y: Math.log(7 * size ** 2) }));
  expect(slope(points)).toBeCloseTo(2, 10);
});

/** A stack of `main` in a file of ours, `push` in another, and the runtime's `parse` on top of it. */
const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url, lineNumber: 8 },
  children,
});
const profile = {
  startTime: 1_000_000,
  nodes: [
    node(1, "(root)", "", 2),
    node(2, "main", "/home/ada/aqbridge/src/main.ts", 3),
    node(3, "push", "/home/ada/aqbridge/src/stream.ts", 4, 5),
    node(4, "parse", ""),
    node(5, "push", "/home/ada/aqbridge/src/stream.ts"),
  ],
  samples: [4, 2, 4, 5, 4],
  timeDeltas: [0, 1000, 1000, 1000, 1000],
};

test("samples outside the time that was asked for are not counted", () => {
  expect(hotSpots(profile, { from: 1001, to: 1003 }).samples).toBe(3);
});

test("a file is charged with what the runtime does for it", () => {
  const { files } = hotSpots(profile, { from: 0, to: 2000 });
  expect(files.get("src/stream.ts")).toEqual({ self: 4, total: 4 });
  expect(files.get("src/main.ts")).toEqual({ self: 1, total: 5 });
});

test("a function that calls itself is counted once, and the runtime's stands beside its caller", () => {
  const { functions } = hotSpots(profile, { from: 0, to: 2000 });
  expect(functions.get("push  src/stream.ts:9")).toEqual({ self: 1, total: 4 });
  expect(functions.get("parse, called by push  src/stream.ts:9")).toEqual({ self: 3, total: 3 });
});

test("anything else than a profile is refused", () => {
  expect(() => hotSpots({ nodes: [] }, { from: 0, to: 1 })).toThrow("no CPU profile");
});
