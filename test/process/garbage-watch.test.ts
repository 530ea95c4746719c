import { describe, expect, test } from "bun:test";
import { createGarbageWatch } from "../../src/process/garbage-watch.ts";
import type { RequestRecord } from "../../src/protocols/journal.ts";
import { manualClock } from "../support/manual-clock.ts";

const megabyte = 1_000_000;
const record: RequestRecord = {
  requestId: "req_1",
  method: "POST",
  route: "/v1/messages",
  path: "/v1/messages",
  bodyBytes: 2,
  turn: undefined,
  ending: undefined,
  status: 0,
  ms: 0,
};

/** A watch over a process whose memory is as told, five seconds apart; gives when it collected. */
function collections(residentMb: readonly number[]): number[] {
  const clock = manualClock();
  const collected: number[] = [];
  let look = 0;
  const watch = createGarbageWatch({
    clock,
    residentBytes: () => (residentMb[look] ?? 0) * megabyte,
    collectGarbage: () => collected.push(look),
  });
  watch.arrived(record);
  for (; look < residentMb.length; look++) clock.advance(5000);
  watch.ended(record);
  clock.advance(5000);
  expect(clock.waiting()).toBe(0);
  return collected;
}

describe("garbage", () => {
  test("is left alone while there is little of it", () => {
    expect(collections([50, 90, 129])).toEqual([]);
  });

  test("is collected when memory grows, and again when it has grown by a fifth of what was left", () => {
    expect(collections([100, 200, 150, 170, 179, 181, 160])).toEqual([1, 5]);
  });

  test("is not collected again and again where all of it is needed", () => {
    expect(collections([300, 300, 300, 310, 300])).toEqual([0]);
  });

  test("is not looked for while no request is under way", () => {
    const clock = manualClock();
    createGarbageWatch({ clock, residentBytes: () => 0, collectGarbage() {} });
    expect(clock.waiting()).toBe(0);
  });
});
