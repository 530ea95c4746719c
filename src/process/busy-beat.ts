import type { Clock } from "../clock.ts";
import type { RequestObserver } from "../protocols/journal.ts";

interface BusyBeat extends RequestObserver {
  /** Requests under way. */
  open(): number;
}

/** Calls back every so many milliseconds while requests are under way, and once after the last, with how late it is. */
export function createBusyBeat(clock: Clock, everyMs: number, onBeat: (lateMs: number) => void): BusyBeat {
  let open = 0;
  let isBeating = false;

  const beat = () => {
    isBeating = open > 0;
    if (!isBeating) return;
    const dueAt = clock.steady() + everyMs;
    clock.after(everyMs, () => {
      onBeat(clock.steady() - dueAt);
      beat();
    });
  };

  return {
    open: () => open,
    arrived() {
      open++;
      if (!isBeating) beat();
    },
    began() {},
    ended() {
      open--;
    },
  };
}
