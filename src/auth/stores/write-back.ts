import type { SteadyTime } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { LoginStore } from "../login.ts";
import type { Debt } from "../survey.ts";

/** After a failure, to the next try. */
const pauseMs = 30_000;

/** Gives the tokens that we refreshed with another program's login to that program, whose own would soon be dead. */
export interface WriteBack {
  /** Whether there is something to pay, and it is time to try. */
  isDue(debt: Debt | undefined): boolean;
  /** Pays what is owed, if that is possible at once. Never rejects. */
  pay(debt: Debt | undefined): Promise<void>;
}

export function createWriteBack(steady: SteadyTime, log: Log): WriteBack {
  let dueAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;

  const pay = async (debt: Debt | undefined): Promise<void> => {
    const outcome = await debt?.store.writeBack?.(debt.renewed, debt.inPlaceOf);
    if (debt === undefined || outcome === undefined) return;
    const { source, path } = debt.store;
    if (outcome.state === "written") log.info("login.written-back", { source });
    if (outcome.state === "failed") {
      dueAt = steady() + pauseMs;
      if (!isFailing) log.warn("login.not-written-back", { source, path, reason: outcome.reason });
    }
    isFailing = outcome.state === "failed";
  };

  return { isDue: (debt) => debt !== undefined && steady() >= dueAt, pay };
}

/** The store as it is for those who leave the refresh to its owner: its login is used for as long as it lives. */
export const leftToOwner = (store: LoginStore): LoginStore => ({
  ...store,
  async read() {
    const reading = await store.read();
    if (reading.state !== "login") return reading;
    return { state: "login", login: { ...reading.login, grant: undefined, isLeftToOwner: true } };
  },
});
