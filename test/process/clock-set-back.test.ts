import { describe, expect, test } from "bun:test";
import { createAlarm, late } from "../../src/http/alarm.ts";
import { createLog, silentLog } from "../../src/log.ts";
import { withFileAlarm } from "../../src/process/file-alarm.ts";
import { createMemoryGuard } from "../../src/process/memory-guard.ts";
import { createStrayFailures } from "../../src/process/stray-failures.ts";
import { createVitals } from "../../src/process/vitals.ts";
import { createJournal } from "../../src/protocols/journal.ts";
import { manualClock } from "../auth/manual-clock.ts";
import { quietHost } from "../support/host.ts";

const hourMs = 3_600_000;

describe("a clock that is set back by an hour", () => {
  test("delays signs of life by one at most", async () => {
    const clock = manualClock();
    const alarm = createAlarm(clock, 15_000);
    const waiting = alarm.within(new Promise<never>(() => {}));
    clock.advance(10_000);
    clock.jump(-hourMs);
    clock.advance(5_000);
    clock.advance(15_000);
    expect(await Promise.race([waiting, Promise.resolve("silence")])).toBe(late);
  });

  test("leaves a slow client no more than twice its time", () => {
    const clock = manualClock();
    const alarm = createAlarm(clock, 15_000, 60_000);
    let isLeft = false;
    alarm.handedOver(clock.now(), () => {
      isLeft = true;
    });
    clock.advance(1_000);
    clock.jump(-hourMs);
    for (let seconds = 0; seconds < 120; seconds += 5) clock.advance(5_000);
    expect(isLeft).toBe(true);
  });

  test("leaves no time negative of a request that was under way", () => {
    const clock = manualClock();
    const ended: number[] = [];
    const observer = { arrived() {}, began() {}, ended: ({ ms }: { ms: number }) => ended.push(ms) };
    const journal = createJournal(clock, [observer]);
    journal.arrive("req_1", { method: "GET", route: "/health", path: "/health", bodyBytes: undefined });
    clock.jump(-hourMs);
    journal.answered("req_1", 200);
    expect(ended).toEqual([0]);
  });

  test("does not stop memory from being looked at", () => {
    const clock = manualClock();
    let residentBytes = 0;
    const host = { ...quietHost, residentBytes: () => residentBytes };
    const figures = { droppedLogLines: () => 0, retryTokens: () => 0 };
    const vitals = createVitals({ ...figures, host, clock, log: silentLog, maxMemoryMb: 100 });
    const record = { method: "POST", route: undefined, path: "/", bodyBytes: 0, turn: undefined };
    const request = { ...record, requestId: "req_1", ending: undefined, status: 0, ms: 0 };
    for (let open = 0; open < 2; open++) vitals.metrics.requests.arrived(request);
    expect(vitals.refuse(0)).toBeUndefined();
    clock.jump(-hourMs);
    residentBytes = 200_000_000;
    expect(vitals.refuse(0)).toMatchObject({ kind: "busy" });
  });

  test("does not silence the alarm about descriptors", async () => {
    const clock = manualClock();
    const lines: string[] = [];
    const log = createLog({
      level: "error",
      maxLength: 99,
      write: (line) => lines.push(line),
      now: clock.now,
    });
    const failure = Object.assign(new Error("none left"), { code: "EMFILE" });
    const fetch = withFileAlarm(() => Promise.reject(failure), { clock, log });
    await fetch("", {}).catch(() => {});
    clock.jump(-hourMs);
    await fetch("", {}).catch(() => {});
    expect(lines).toHaveLength(2);
  });

  test("does not make failures of long ago recent ones, for which the process would end", () => {
    const clock = manualClock();
    let ends = 0;
    const onTooMany = () => ends++;
    const stray = createStrayFailures({ clock, log: silentLog, onStray() {}, onTooMany });
    for (let count = 0; count < 20; count++) stray(new Error());
    clock.jump(-hourMs);
    clock.advance(60_000);
    stray(new Error());
    expect(ends).toBe(0);
  });

  test("does not stop garbage from being collected where memory is full", () => {
    const clock = manualClock();
    let collections = 0;
    const guard = createMemoryGuard({
      maxBytes: 1,
      residentBytes: () => 2,
      openRequests: () => 2,
      collectGarbage: () => collections++,
      clock,
      log: silentLog,
    });
    guard(0);
    clock.jump(-hourMs);
    guard(0);
    expect(collections).toBe(2);
  });
});
