import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { RequestObserver } from "../protocols/journal.ts";
import { loggedRoute } from "../protocols/logged-route.ts";
import { createBusyBeat } from "./busy-beat.ts";

interface LagOptions {
  clock: Clock;
  log: Log;
}

/** Short compared with what is looked for: of a standstill, only the part after the next beat shows. */
const beatMs = 50;
const tolerableMs = 200;

/** Says when the event loop stood still, and with it every stream. Beats only while requests are under way. */
export function createLagWatch({ clock, log }: LagOptions): RequestObserver & { longestMs(): number } {
  let latestRoute = "";
  let longestMs = 0;

  const beat = createBusyBeat(clock, beatMs, (ms) => {
    longestMs = Math.max(longestMs, ms);
    if (ms > tolerableMs) log.warn("proc.lag", { ms, open: beat.open(), route: latestRoute });
  });

  return {
    ...beat,
    longestMs: () => longestMs,
    arrived(record) {
      latestRoute = loggedRoute(record);
      beat.arrived(record);
    },
  };
}
