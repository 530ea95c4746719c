import { beforeEach, describe, expect, test } from "bun:test";
import { createWatchdog, type Watchdog } from "../../src/amazonq/watchdog.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";

const patience = { firstEventMs: 60_000, idleMs: 20_000 };
let clock: ManualClock;
let client: AbortController;
let watchdog: Watchdog;

beforeEach(() => {
  clock = manualClock();
  client = new AbortController();
  watchdog = createWatchdog(clock, patience, client.signal);
});

const overdue = (seconds: number) => ({
  kind: "timeout",
  code: "upstream_timeout",
  message: `Amazon Q has been silent for ${seconds} s; send the request again.`,
});

describe("a watchdog", () => {
  test("gives the first message its time and not a moment more", () => {
    clock.advance(59_999);
    expect(watchdog.signal.aborted).toBe(false);
    clock.advance(1);
    expect(watchdog.signal.reason).toMatchObject(overdue(60));
  });

  test("gives each further message its own time, counted from the one before", () => {
    watchdog.touch();
    clock.advance(15_000);
    watchdog.touch();
    clock.advance(19_999);
    expect(watchdog.signal.aborted).toBe(false);
    clock.advance(1);
    expect(watchdog.signal.reason).toMatchObject(overdue(20));
  });

  test("counts the second message's time from the first, however late that came", () => {
    clock.advance(59_000);
    watchdog.touch();
    clock.advance(19_999);
    expect(watchdog.signal.aborted).toBe(false);
    clock.advance(1);
    expect(watchdog.signal.reason).toMatchObject(overdue(20));
  });

  test("keeps one timer, set anew only when the time that it allows becomes another", () => {
    let timers = 0;
    const after = (ms: number, callback: () => void) => {
      timers++;
      return clock.after(ms, callback);
    };
    const counting = createWatchdog({ ...clock, after }, patience, client.signal);
    for (let message = 0; message < 1000; message++) counting.touch();
    expect(timers).toBe(2);
    expect(clock.waiting()).toBe(2);
  });

  test("aborts with the client's own reason when the client leaves", () => {
    client.abort("gone");
    expect(watchdog.signal.reason).toBe("gone");
  });

  test("aborts at once for a client that has left already", () => {
    client.abort("gone");
    expect(createWatchdog(clock, patience, client.signal).signal.reason).toBe("gone");
  });

  test("neither ends an exchange that it has released nor keeps a timer for it", () => {
    watchdog.touch();
    watchdog.release();
    expect(clock.waiting()).toBe(0);
    client.abort("gone");
    clock.advance(60_000);
    expect(watchdog.signal.aborted).toBe(false);
  });
});
