import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { caseAt } from "../../scripts/soak/crowd/cases.ts";
import { createMarkReader } from "../../scripts/soak/crowd/mark-reader.ts";
import { mark, nowMicros, ringSize, stampedMark } from "../../scripts/soak/marks.ts";
import { faults, readPlan, writePlan } from "../../scripts/soak/plan.ts";

const marks = (...indexes: number[]) =>
  indexes.map((index) => `data: {"text":" ${mark(index)}"}\n\n`).join("");
const upTo = (count: number) => marks(...Array.from({ length: count }, (_, index) => index));

function read(text: string, { events = 5, isBinary = false } = {}) {
  const reader = createMarkReader({ events, isBinary });
  reader.push(Buffer.from(text));
  return { count: reader.count(), fault: reader.fault() };
}

describe("the reader of marks", () => {
  test("counts them, however the bytes are cut", () => {
    const bytes = Buffer.from(upTo(40));
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (places) => {
        const reader = createMarkReader({ events: 40 });
        const ends = [...places.toSorted((a, b) => a - b), bytes.length];
        for (const [index, end] of ends.entries()) reader.push(bytes.subarray(ends[index - 1] ?? 0, end));
        expect({ count: reader.count(), fault: reader.fault() }).toEqual({ count: 40, fault: undefined });
      }),
    );
  });

  test.each([
    ["a lost one", marks(0, 1, 3)],
    ["a doubled one", marks(0, 1, 1)],
    ["two in the wrong order", marks(0, 2, 1)],
    ["one that is cut by what stands between", `${marks(0)}~1"}\n\ndata: {"text":"2;"}`],
  ])("tells of %s", (_, text) => {
    expect(read(text).fault).toBeString();
  });

  test("lets a text be said again, but not a longer one", () => {
    expect(read(upTo(5) + upTo(5))).toEqual({ count: 10, fault: undefined });
    expect(read(upTo(6)).fault).toBeString();
  });

  test("follows numbers round the ring", () => {
    expect(read(upTo(ringSize + 3), { events: ringSize + 3 })).toEqual({
      count: ringSize + 3,
      fault: undefined,
    });
  });

  test("in binary passes over what only looks like a mark", () => {
    expect(read(`~7;~~0;x~y~9@5;${mark(1)}`, { isBinary: true })).toEqual({ count: 2, fault: undefined });
  });

  test("tells once how long a mark was under way", () => {
    const delays: number[] = [];
    const reader = createMarkReader({ events: 1, onDelay: (ms) => delays.push(ms) });
    const stamped = Buffer.from(stampedMark(0, nowMicros() - 250_000));
    reader.push(stamped);
    reader.push(stamped);
    expect(reader.fault()).toBeUndefined();
    expect(delays).toHaveLength(1);
    expect(delays[0]).toBeGreaterThanOrEqual(250);
    expect(delays[0]).toBeLessThan(2000);
  });
});

test("a plan survives being written into a prompt, inside JSON", () => {
  const plans = fc.record(
    {
      events: fc.nat(),
      gapMs: fc.integer({ min: 1, max: 1e6 }),
      fragment: fc.integer({ min: 1, max: 1e6 }),
      fault: fc.constantFrom(...faults),
      faultAt: fc.nat(),
    },
    { requiredKeys: ["events"] },
  );
  fc.assert(
    fc.property(plans, (plan) => {
      expect(readPlan(JSON.stringify({ content: `Say it. ${writePlan(plan)}` }))).toEqual(plan);
    }),
  );
  expect(readPlan("Say it.")).toBeUndefined();
});

describe("the mixed scenario", () => {
  const cases = Array.from({ length: 5000 }, (_, index) => caseAt({ type: "mixed", meanEvents: 400 }, index));
  const isAbandoned = ({ leaveAfter }: (typeof cases)[number]) => leaveAfter !== undefined;

  test("has of a hundred requests twenty abandoned ones and a broken one", () => {
    expect(cases.filter(isAbandoned)).toHaveLength(1000);
    expect(cases.filter(({ plan }) => plan.fault)).toHaveLength(50);
  });

  test("has every fault, streamed and not, and every way of leaving in every protocol", () => {
    const broken = cases.filter(({ plan }) => plan.fault);
    expect(new Set(broken.map(({ plan }) => plan.fault)).size).toBe(faults.length);
    expect(new Set(broken.map(({ stream }) => stream)).size).toBe(2);
    const ways = cases
      .filter(isAbandoned)
      .map(({ protocol, plan, leaveAfter }) => `${protocol} ${leaveAfter} ${plan.gapMs}`);
    expect(new Set(ways).size).toBe(12);
  });

  test("has answers of the length that is asked for, on average", () => {
    const whole = cases.filter((wanted) => !isAbandoned(wanted) && !wanted.plan.fault);
    const mean = whole.reduce((sum, { plan }) => sum + plan.events, 0) / whole.length;
    expect(mean / 400).toBeCloseTo(1, 1);
  });
});
