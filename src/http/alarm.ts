import type { Clock } from "../clock.ts";

export const late = Symbol("late");

/** What a promise gives, or `late` when it takes longer than `ms`; the work behind it goes on. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Goes off when one side of a stream keeps the other waiting: the one that writes, or the one that reads. */
export interface Alarm {
  /** What a promise that never rejects gives, or `late` when nothing was handed over for a while. One wait at a time. */
  within<T>(promise: Promise<T>): Promise<T | typeof late>;
  /** Something was handed over at this steady time of the clock; `onSlow` is called unless the next wait begins in time. */
  handedOver(now: number, onSlow: () => void): void;
  release(): void;
}

/**
 * The writer may take `lateMs`, the reader `slowMs`. One timer serves any number of waits: setting and clearing one for
 * each was a tenth of the cost of a slow stream's event. So it goes off early rather than late, and checks the time.
 */
export function createAlarm(clock: Clock, lateMs: number, slowMs = Number.POSITIVE_INFINITY): Alarm {
  let since = clock.steady();
  let limitMs = lateMs;
  let goOff = () => {};
  let cancel: (() => void) | undefined;

  const arm = () => {
    cancel ??= clock.after(Math.min(since + limitMs - clock.steady(), lateMs, slowMs), check);
  };
  const check = () => {
    cancel = undefined;
    const now = clock.steady();
    if (now < since + limitMs) return arm();
    since = now;
    goOff();
  };

  return {
    within: (promise) =>
      new Promise((resolve) => {
        goOff = () => resolve(late);
        limitMs = lateMs;
        arm();
        promise.then(resolve);
      }),
    handedOver(now, onSlow) {
      since = now;
      goOff = onSlow;
      limitMs = slowMs;
      arm();
    },
    release: () => cancel?.(),
  };
}
