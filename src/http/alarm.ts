import type { Clock } from "../clock.ts";

export const late = Symbol("late");

/** What a promise gives, or `late` when it takes longer than `ms`; the promise itself goes on. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Goes off whenever something is waited for and nothing has been heard for a while. */
export interface Alarm {
  /** What a promise that never rejects gives, or `late` when the alarm goes off before. One wait at a time. */
  within<T>(promise: Promise<T>): Promise<T | typeof late>;
  /** Something was heard at this time of the clock. */
  reset(now: number): void;
  release(): void;
}

/**
 * An alarm after `ms`. One timer serves any number of waits: to set and clear one for each was a tenth of what an event
 * of a slow stream cost.
 */
export function createAlarm(clock: Clock, ms: number): Alarm {
  let quietSince = clock.now();
  let goOff: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  const arm = () => {
    cancel ??= clock.after(quietSince + ms - clock.now(), check);
  };
  const check = () => {
    cancel = undefined;
    const now = clock.now();
    if (!goOff) return;
    if (now < quietSince + ms) return arm();
    quietSince = now;
    goOff();
  };

  return {
    within: (promise) =>
      new Promise((resolve) => {
        goOff = () => resolve(late);
        arm();
        promise.then((value) => {
          goOff = undefined;
          resolve(value);
        });
      }),
    reset(now) {
      quietSince = now;
    },
    release: () => cancel?.(),
  };
}
