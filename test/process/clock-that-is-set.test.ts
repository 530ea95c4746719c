import { describe, expect, test } from "bun:test";
import { createWatchdog } from "../../src/amazonq/watchdog.ts";
import { createAlarm, late } from "../../src/http/alarm.ts";
import { type Log, silentLog } from "../../src/log.ts";
import { withFileAlarm } from "../../src/process/file-alarm.ts";
import { createLagWatch } from "../../src/process/lag-watch.ts";
import { createMemoryGuard } from "../../src/process/memory-guard.ts";
import { createStrayFailures } from "../../src/process/stray-failures.ts";
import { createVitals } from "../../src/process/vitals.ts";
import { createJournal } from "../../src/protocols/journal.ts";
import { manualClock } from "../auth/manual-clock.ts";
import { quietHost } from "../support/host.ts";

const hourMs = 3_600_000;
const record = {
  ...{ requestId: "req_1", method: "POST", route: "/v1/messages", path: "/v1/messages", bodyBytes: 0 },
  ...{ turn: undefined, ending: undefined, status: 0, ms: 0 },
};

describe.each([
  ["back", -hourMs],
  ["on", hourMs],
])("a clock that is set %s by an hour", (_direction, jumpMs) => {
  test("neither hastens nor delays signs of life", async () => {
    const clock = manualClock();
    const waiting = createAlarm(clock, 15_000).within(new Promise<never>(() => {}));
    const state = () => Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, "silence"))]);
    clock.advance(10_000);
    clock.jump(jumpMs);
    clock.advance(4_999);
    expect(await state()).toBe("silence");
    clock.advance(1);
    expect(await state()).toBe(late);
  });

  test("leaves a slow client its time and no more", () => {
    const clock = manualClock();
    let isLeft = false;
    createAlarm(clock, 15_000, 60_000).handedOver(clock.steady(), () => {
      isLeft = true;
    });
    clock.jump(jumpMs);
    for (let seconds = 0; seconds < 55; seconds += 5) clock.advance(5_000);
    expect(isLeft).toBe(false);
    clock.advance(5_000);
    expect(isLeft).toBe(true);
  });

  test("leaves a silent service its time and no more", () => {
    const clock = manualClock();
    const patience = { firstEventMs: 300_000, idleMs: 60_000 };
    const watchdog = createWatchdog(clock, patience, new AbortController().signal);
    watchdog.touch();
    clock.jump(jumpMs);
    clock.advance(59_999);
    expect(watchdog.signal.aborted).toBe(false);
    clock.advance(1);
    expect(watchdog.signal.aborted).toBe(true);
  });

  test("does not change how long a request is said to have taken", () => {
    const clock = manualClock();
    const ended: number[] = [];
    const observer = { arrived() {}, began() {}, ended: ({ ms }: { ms: number }) => ended.push(ms) };
    const journal = createJournal(clock, [observer]);
    journal.arrive("req_1", record);
    clock.jump(jumpMs);
    clock.advance(250);
    journal.answered("req_1", 200);
    expect(ended).toEqual([250]);
  });

  test("is no standstill of the event loop", () => {
    const clock = manualClock();
    const watch = createLagWatch({ clock, log: silentLog });
    watch.arrived(record);
    clock.jump(jumpMs);
    clock.advance(50);
    expect(watch.longestMs()).toBe(0);
  });

  test("does not stop memory from being looked at", () => {
    const clock = manualClock();
    let residentBytes = 0;
    const host = { ...quietHost, residentBytes: () => residentBytes };
    const figures = { droppedLogLines: () => 0, retryTokens: () => 0 };
    const vitals = createVitals({ ...figures, host, clock, log: silentLog, maxMemoryMb: 100 });
    for (let open = 0; open < 2; open++) vitals.metrics.requests.arrived(record);
    expect(vitals.refuse(0)).toBeUndefined();
    clock.jump(jumpMs);
    clock.advance(50);
    residentBytes = 200_000_000;
    expect(vitals.refuse(0)).toMatchObject({ kind: "busy" });
  });

  test("keeps the alarm about descriptors at one a minute", async () => {
    const clock = manualClock();
    let alarms = 0;
    const log: Log = { ...silentLog, error: () => alarms++ };
    const failure = Object.assign(new Error("none left"), { code: "EMFILE" });
    const fetch = withFileAlarm(() => Promise.reject(failure), { clock, log });
    const fail = async () => {
      await fetch("", {}).catch(() => {});
      return alarms;
    };
    expect(await fail()).toBe(1);
    clock.jump(jumpMs);
    clock.advance(59_999);
    expect(await fail()).toBe(1);
    clock.advance(1);
    expect(await fail()).toBe(2);
  });

  test("makes failures neither older nor newer than they are: the process ends for many at once", () => {
    const clock = manualClock();
    let ends = 0;
    const onTooMany = () => ends++;
    const stray = createStrayFailures({ clock, log: silentLog, onStray() {}, onTooMany });
    for (let count = 0; count < 20; count++) stray(new Error());
    clock.advance(60_000);
    for (let count = 0; count < 20; count++) stray(new Error());
    expect(ends).toBe(0);
    clock.jump(jumpMs);
    stray(new Error());
    expect(ends).toBe(1);
  });

  test("changes nothing about how often garbage is collected where memory is full", () => {
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
    const collected = () => {
      guard(0);
      return collections;
    };
    expect(collected()).toBe(1);
    clock.jump(jumpMs);
    clock.advance(9_999);
    expect(collected()).toBe(1);
    clock.advance(1);
    expect(collected()).toBe(2);
  });
});
