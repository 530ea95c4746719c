import { describe, expect, test } from "bun:test";
import { createLog } from "../../src/log.ts";
import { withFileAlarm } from "../../src/process/file-alarm.ts";
import { createLagWatch } from "../../src/process/lag-watch.ts";
import { fetchLimit, fileLimit, streamsFetched, streamsWithin } from "../../src/process/limits.ts";
import { createMemoryGuard } from "../../src/process/memory-guard.ts";
import { shutDown } from "../../src/process/shut-down.ts";
import { createStrayFailures } from "../../src/process/stray-failures.ts";
import { createVitals } from "../../src/process/vitals.ts";
import type { RequestRecord } from "../../src/protocols/journal.ts";
import { turnOfLoop } from "../support/event-loop.ts";
import { quietHost } from "../support/host.ts";
import { manualClock } from "../support/manual-clock.ts";

function watched() {
  const clock = manualClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  return { clock, lines, log: createLog({ level: "debug", maxLength: 500, write, now: clock.now }) };
}

const record: RequestRecord = {
  requestId: "req_1",
  method: "POST",
  route: "/v1/messages",
  path: "/v1/messages",
  bodyBytes: undefined,
  turn: undefined,
  ending: undefined,
  status: 0,
  ms: 0,
};

describe("row 93: the limit on descriptors", () => {
  test.each([
    [100, 18],
    [1024, 480],
    [65, 1],
    [10, 1],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])("row 93: of %d leaves room for %d streams", (files, streams) => {
    expect(streamsWithin(files)).toBe(streams);
  });

  test.each([
    [
      "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n",
      1024,
    ],
    ["Max open files            unlimited            unlimited            files\n", Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
  ])("row 93: is read from what Linux says", (text, limit) => {
    expect(fileLimit(() => text)).toBe(limit);
  });

  test("row 93: is none where it cannot be read", () => {
    const missing = () => {
      throw new Error("ENOENT");
    };
    expect(fileLimit(missing)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the limit on fetches", () => {
  test.each([
    ["100", 100],
    ["65535", 65_535],
    [undefined, 256],
    ["", 256],
    ["0", 256],
    ["many", 256],
    ["70000", 256],
  ])("is what Bun makes of %j: %d", (told, limit) => {
    expect(fetchLimit({ BUN_CONFIG_MAX_HTTP_REQUESTS: told })).toBe(limit);
  });

  test.each([
    [100, 92],
    [256, 248],
    [5, 1],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])("of %d leaves room for %d streams", (fetches, streams) => {
    expect(streamsFetched(fetches)).toBe(streams);
  });
});

describe("row 93: no descriptor left to connect with", () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error("no"), { code }));

  test("row 93: is told of once a minute, with how often it was not", async () => {
    const { clock, log, lines } = watched();
    let code = "EMFILE";
    const fetch = withFileAlarm(() => failing(code)(), { clock, log });
    const ask = () => expect(fetch("", {})).rejects.toMatchObject({ code });
    for (let n = 0; n < 10; n++) await ask();
    clock.advance(59_999);
    await ask();
    clock.advance(1);
    code = "ENFILE";
    await ask();
    expect(lines.map((line) => line.slice(line.indexOf("error")))).toEqual([
      "error proc.emfile code=EMFILE suppressed=0\n",
      "error proc.emfile code=ENFILE suppressed=10\n",
    ]);
  });

  test("row 93: is told from every other failure", async () => {
    const { clock, log, lines } = watched();
    const fetch = withFileAlarm(failing("ECONNREFUSED"), { clock, log });
    await expect(fetch("", {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(lines).toEqual([]);
  });
});

describe("row 97: memory", () => {
  function guard({ open = 2 } = {}) {
    const { clock, log, lines } = watched();
    const state = { resident: 100, open, collections: 0 };
    const refuse = createMemoryGuard({
      maxBytes: 1000,
      residentBytes: () => state.resident,
      openRequests: () => state.open,
      collectGarbage: () => state.collections++,
      clock,
      log,
    });
    return { state, clock, lines, isRefused: (pending = 0) => refuse(pending)?.kind === "busy" };
  }

  test("row 97: above the cap new work is refused until it is below 80 %", () => {
    const { state, isRefused, lines } = guard();
    const refusals = [900, 1001, 900, 801, 800, 900].map((resident) => {
      state.resident = resident;
      return isRefused();
    });
    expect(refusals).toEqual([false, true, true, true, false, false]);
    expect(lines.map((line) => / full=\w+/.exec(line)?.[0])).toEqual([" full=true", " full=false"]);
  });

  test("row 97: bodies under way count with what they will cost", () => {
    const { isRefused } = guard();
    expect([180, 181].map(isRefused)).toEqual([false, true]);
  });

  test("row 97: a lone request is never refused, since nothing would get better by it", () => {
    expect(guard({ open: 1 }).isRefused(10_000)).toBe(false);
  });

  test("row 97: garbage is collected at most every 10 s", () => {
    const { state, clock, isRefused } = guard();
    state.resident = 2000;
    for (const ms of [0, 1, 9_998, 1, 1]) {
      clock.advance(ms);
      isRefused();
    }
    expect(state.collections).toBe(2);
  });
});

test.each([
  ["three quarters of a container's", 1_000_000, 750_001, true],
  ["three quarters of a container's", 1_000_000, 750_000, false],
  ["what is configured, where there is more", 1e12, 1_000_001, true],
  ["what is configured, where there is more", 1e12, 1_000_000, false],
])("row 97: the cap is %s: of %d bytes %d are in use", (_, memoryBytes, resident, isFull) => {
  const { clock, log } = watched();
  const host = { ...quietHost, memoryBytes, residentBytes: () => resident };
  const figures = { droppedLogLines: () => 0, retryTokens: () => 0 };
  const { refuse, metrics } = createVitals({ host, clock, log, maxMemoryMb: 1, ...figures });
  for (let n = 0; n < 2; n++) metrics.requests.arrived(record);
  expect(refuse(0)?.kind).toBe(isFull ? "busy" : undefined);
});

describe("row 95: stray failures", () => {
  test("row 95: 20 in any minute are borne, one more is not", () => {
    const { clock, log } = watched();
    let strays = 0;
    let isTooMany = false;
    const report = createStrayFailures({
      clock,
      log,
      onStray: () => strays++,
      onTooMany: () => {
        isTooMany = true;
      },
    });
    for (let index = 0; index < 60; index++) {
      report(new Error("x"));
      clock.advance(3_000);
    }
    expect({ strays, isTooMany }).toEqual({ strays: 60, isTooMany: false });
    report(new Error("x"));
    report(new Error("x"));
    expect(isTooMany).toBe(true);
  });
});

describe("row 96: the event loop", () => {
  test("row 96: is watched only while requests are under way, and told of only above 200 ms", () => {
    const { clock, log, lines } = watched();
    const watch = createLagWatch({ clock, log });
    expect(clock.waiting()).toBe(0);
    watch.arrived(record);
    watch.arrived(record);
    expect(clock.waiting()).toBe(1);
    clock.advance(250);
    expect(lines).toEqual([]);
    clock.advance(251);
    expect(lines.join("")).toEndWith("warn  proc.lag ms=201 open=2 route=/v1/messages\n");
    watch.ended(record);
    watch.ended(record);
    clock.advance(50);
    expect(clock.waiting()).toBe(0);
    expect(watch.longestMs()).toBe(201);
  });
});

describe("row 91: shutting down", () => {
  function shutting({ drains = false, settles = true } = {}) {
    const { clock } = watched();
    const steps: string[] = [];
    const closing = new AbortController();
    closing.signal.addEventListener("abort", () => steps.push("close"));
    const never = new Promise<void>(() => {});
    const done = shutDown({
      listening: {
        drain: () => (drains ? Promise.resolve() : never),
        stop: async () => void steps.push("cut"),
      },
      closing,
      settled: () => (settles ? Promise.resolve() : never),
      drainMs: 10_000,
      clock,
    }).then(() => void steps.push("done"));
    const advance = async (ms: number) => {
      clock.advance(ms);
      await turnOfLoop();
      return [...steps];
    };
    return { advance, done };
  }

  test("row 91: takes no time when nothing runs", async () => {
    const { done, advance } = shutting({ drains: true });
    await done;
    expect(await advance(0)).toEqual(["close", "cut", "done"]);
  });

  test("row 91: ends answers at the deadline, cuts those that nobody reads, and waits 5 s for a refresh", async () => {
    const { advance } = shutting({ settles: false });
    await turnOfLoop();
    expect(await advance(9_999)).toEqual([]);
    expect(await advance(1)).toEqual(["close"]);
    expect(await advance(399)).toEqual(["close"]);
    expect(await advance(1)).toEqual(["close", "cut"]);
    expect(await advance(4_999)).toEqual(["close", "cut"]);
    expect(await advance(1)).toEqual(["close", "cut", "done"]);
  });
});
