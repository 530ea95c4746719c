import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Debt } from "../known-logins.ts";

/** From a failure to the next try. */
const pauseMs = 30_000;

/** Gives the tokens that we got with another program's login to that program, whose own may be dead by now. */
export interface WriteBack {
  /** Whether there are debts, and it is time to try to pay them. */
  isDue(debts: readonly Debt[]): boolean;
  /** Pays those debts that can be paid at once. Never rejects. */
  pay(debts: readonly Debt[]): Promise<void>;
}

interface WriteBackOptions {
  clock: Clock;
  log: Log;
  /** Called some time after a first failure: with nobody asking for tokens there would be no other try. */
  tryAgain: () => void;
}

export function createWriteBack({ clock, log, tryAgain }: WriteBackOptions): WriteBack {
  let dueAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;

  const give = async ({ store, renewed, inPlaceOf }: Debt) => {
    const { source, path } = store;
    const outcome = await store.writeBack?.(renewed, inPlaceOf);
    if (outcome?.state === "written") log.info("login.written-back", { source });
    if (outcome?.state === "failed" && !isFailing)
      log.warn("login.not-written-back", { source, path, reason: outcome.reason });
    return outcome?.state;
  };

  const pay = async (debts: readonly Debt[]): Promise<void> => {
    const states = await Promise.all(debts.map(give));
    const isFailingNow = states.includes("failed");
    if (isFailingNow && !isFailing) clock.after(pauseMs, tryAgain);
    if (isFailingNow) dueAt = clock.steady() + pauseMs;
    isFailing = isFailingNow;
  };

  return { isDue: (debts) => debts.length > 0 && clock.steady() >= dueAt, pay };
}
