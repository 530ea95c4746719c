import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Debt } from "../known-logins.ts";

/** From a failure to the next try. */
const pauseMs = 30_000;

/** Gives the tokens that we got with another program's login to that program, whose own may be dead by now. */
export interface WriteBack {
  /** Whether there is a debt, and it is time to try to pay it. */
  isDue(debt: Debt | undefined): boolean;
  /** Pays the debt if that is possible at once. Never rejects. */
  pay(debt: Debt | undefined): Promise<void>;
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

  const pay = async (debt: Debt | undefined): Promise<void> => {
    const outcome = await debt?.store.writeBack?.(debt.renewed, debt.inPlaceOf);
    if (debt === undefined || outcome === undefined) return;
    const { source, path } = debt.store;
    if (outcome.state === "written") log.info("login.written-back", { source });
    if (outcome.state === "failed") {
      dueAt = clock.steady() + pauseMs;
      if (!isFailing) {
        clock.after(pauseMs, tryAgain);
        log.warn("login.not-written-back", { source, path, reason: outcome.reason });
      }
    }
    isFailing = outcome.state === "failed";
  };

  return { isDue: (debt) => debt !== undefined && clock.steady() >= dueAt, pay };
}
