import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { RequestObserver } from "../protocols/journal.ts";

interface LagOptions {
  clock: Clock;
  log: Log;
}

/** Short against what is looked for, since of a block only the part after the next beat shows. */
const beatMs = 50;
const tolerableMs = 200;

/** Says when the event loop stood still, and with it every stream. Beats only while requests are under way. */
export function createLagWatch({ clock, log }: LagOptions): RequestObserver & { longestMs(): number } {
  let open = 0;
  let latestRoute = "";
  let longestMs = 0;
  let isBeating = false;

  const beat = () => {
    isBeating = open > 0;
    if (!isBeating) return;
    const dueAt = clock.now() + beatMs;
    clock.after(beatMs, () => {
      const ms = clock.now() - dueAt;
      longestMs = Math.max(longestMs, ms);
      if (ms > tolerableMs) log.warn("proc.lag", { ms, open, route: latestRoute });
      beat();
    });
  };

  return {
    longestMs: () => longestMs,
    arrived({ route, path }) {
      open++;
      latestRoute = route ?? path;
      if (!isBeating) beat();
    },
    began() {},
    ended() {
      open--;
    },
  };
}
