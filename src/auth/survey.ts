import { grantId, type Login, type LoginStore, type Reading } from "./login.ts";

/** What all stores say at one moment. */
export interface Survey {
  /** The own file's first, since its refresh token is the first to be used. */
  logins: readonly Login[];
  /** Every place, with the reason why it gave no login. */
  searched: readonly string[];
  isBusy: boolean;
}

export async function survey(stores: readonly LoginStore[]): Promise<Survey> {
  const answers = await Promise.all(stores.map(async (store) => ({ store, reading: await store.read() })));
  return {
    logins: answers.flatMap(({ reading }) =>
      reading.state === "login" && stillHolds(reading.login, answers) ? [reading.login] : [],
    ),
    searched: answers.map(({ store, reading }) =>
      reading.state === "login" ? store.path : `${store.path}: ${reading.reason}`,
    ),
    isBusy: answers.some(({ reading }) => reading.state === "busy"),
  };
}

interface Answer {
  store: LoginStore;
  reading: Reading;
}

/** A login refreshed from another store's ends when that store has a new one or was logged out, not when it is unreadable. */
function stillHolds({ refreshedFrom }: Login, answers: readonly Answer[]): boolean {
  const origin = answers.find(({ store }) => store.source === refreshedFrom?.source)?.reading;
  if (refreshedFrom === undefined || origin === undefined) return true;
  if (origin.state !== "login") return origin.state !== "signed-out";
  return origin.login.grant !== undefined && grantId(origin.login.grant) === refreshedFrom.grantId;
}
