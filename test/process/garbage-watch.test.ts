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

/** A watch over a process whose memory is as told, a second apart; gives when it collected. */
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
  for (; look < residentMb.length; look++) clock.advance(1000);
  watch.ended(record);
  clock.advance(1000);
  expect(clock.waiting()).toBe(0);
  return collected;
}

describe("garbage", () => {
  test("is left alone while there is little of it", () => {
    expect(collections([50, 90, 119])).toEqual([]);
  });

  test("is collected when memory grows, and again when it has grown by a tenth of what was left", () => {
    expect(collections([100, 200, 150, 160, 164, 166, 160])).toEqual([1, 5]);
  });

  test("is not collected again and again where all of it is needed", () => {
    expect(collections([300, 300, 300, 310, 300])).toEqual([0]);
  });

  test("waits while a crowd is arriving", () => {
    const clock = manualClock();
    let collected = 0;
    const watch = createGarbageWatch({
      clock,
      residentBytes: () => 300 * megabyte,
      collectGarbage: () => collected++,
    });
    const arrive = (count: number) => {
      for (let index = 0; index < count; index++) watch.arrived(record);
      clock.advance(1000);
      return collected;
    };
    expect([arrive(65), arrive(500), arrive(64), arrive(0)]).toEqual([0, 0, 1, 1]);
  });

  test("takes no more than a fiftieth of the time", () => {
    const clock = manualClock();
    let resident = 200;
    const collected: number[] = [];
    const watch = createGarbageWatch({
      clock,
      residentBytes: () => resident * megabyte,
      collectGarbage() {
        collected.push(resident);
        clock.advance(50);
      },
    });
    watch.arrived(record);
    for (; resident <= 600; resident += 100) clock.advance(1000);
    expect(collected).toEqual([200, 500]);
  });

  test("is not looked for while no request is under way", () => {
    const clock = manualClock();
    createGarbageWatch({ clock, residentBytes: () => 0, collectGarbage() {} });
    expect(clock.waiting()).toBe(0);
  });
});
