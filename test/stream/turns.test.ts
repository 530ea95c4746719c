import { expect, test } from "bun:test";
import { batchesOf } from "../../src/stream/batches.ts";
import { createPause, nextStep } from "../../src/stream/turns.ts";
import { turnOfLoop } from "../support/event-loop.ts";

/** Data that is always at hand: a stream of it never waits for anything. */
const endless = () => ({ read: async () => ({ done: false, value: 1 }), cancel: async () => {} });

/** Reads on and on until `stop` says so; resolves to how often it has read. */
async function reads(pause: ReturnType<typeof createPause>, stop: () => boolean): Promise<number> {
  const batches = batchesOf<number, number>(endless(), (next) => next, {
    settle: () => 0,
    isLast: () => false,
    pause,
  });
  let count = 0;
  while (!stop() && count < 100_000) {
    await batches.read();
    count++;
  }
  return count;
}

test.each([1, 50])("%p streams that always have data let timers have their turn", async (streams) => {
  const pause = createPause(64);
  let hasRung = false;
  setTimeout(() => {
    hasRung = true;
  }, 0);
  const counts = await Promise.all(Array.from({ length: streams }, () => reads(pause, () => hasRung)));
  expect(hasRung).toBe(true);
  expect(Math.max(...counts)).toBeLessThan(100_000);
});

test("without a pause they do not", async () => {
  let hasRung = false;
  const timer = setTimeout(() => {
    hasRung = true;
  }, 0);
  expect(
    await reads(
      () => undefined,
      () => hasRung,
    ),
  ).toBe(100_000);
  clearTimeout(timer);
});

test("most reads do not wait", () => {
  const pause = createPause(64);
  const waits = Array.from({ length: 60 }, () => pause()).filter((turn) => turn !== undefined);
  expect(waits).toEqual([]);
});

test("of a crowd that begins at once so many begin in a turn, in their order", async () => {
  const pause = createPause(10);
  const begun: number[] = [];
  const crowd = Array.from({ length: 100 }, (_, index) => nextStep(pause).then(() => begun.push(index)));
  const counts: number[] = [];
  while (begun.length < crowd.length) {
    await turnOfLoop();
    counts.push(begun.length);
  }
  expect(begun).toEqual(crowd.map((_, index) => index));
  const steps = counts.map((count, index) => count - (counts[index - 1] ?? 0));
  // Those that begin at once are seen together with the first that had to wait.
  expect(Math.max(...steps)).toBeLessThanOrEqual(20);
});
