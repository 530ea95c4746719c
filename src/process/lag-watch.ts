import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

interface LagOptions {
  clock: Clock;
  log: Log;
  /** Requests under way. */
  openRequests: () => number;
  /** The newest of them, by its route. */
  latestRoute: () => string;
  onLag: (ms: number) => void;
}

export interface LagWatch {
  /** Watches for as long as requests are under way: without any there is nobody to wait. */
  start(): void;
}

/** Short against what is looked for, since of a block only the part after the next beat shows. */
const beatMs = 50;
const tolerableMs = 200;

/** Says when the event loop stood still, and with it every stream. */
export function createLagWatch({ clock, log, openRequests, latestRoute, onLag }: LagOptions): LagWatch {
  let isWatching = false;

  const beat = () => {
    const dueAt = clock.now() + beatMs;
    clock.after(beatMs, () => {
      const ms = clock.now() - dueAt;
      onLag(ms);
      if (ms > tolerableMs) log.warn("proc.lag", { ms, open: openRequests(), route: latestRoute() });
      isWatching = openRequests() > 0;
      if (isWatching) beat();
    });
  };

  return {
    start() {
      if (isWatching) return;
      isWatching = true;
      beat();
    },
  };
}
