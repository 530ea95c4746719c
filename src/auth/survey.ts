import {
  grantId,
  heldGrantId,
  type Login,
  type LoginStore,
  type Origin,
  type Reading,
  type RenewedLogin,
} from "./login.ts";

/** What all stores say at one moment. */
export interface Survey {
  /** The own file's first, since its refresh token is the first to be used. */
  logins: readonly Login[];
  /** Every place, with the reason why it gave no login. */
  searched: readonly string[];
  /** Why one of them could not say anything just now. */
  busy: string | undefined;
  /** New tokens of ours in whose place another store still holds the old ones, which by now may be dead. */
  owed: Debt | undefined;
}

export interface Debt {
  store: LoginStore;
  renewed: RenewedLogin;
  /** Id of the grant that the store holds. */
  inPlaceOf: string;
}

export async function survey(stores: readonly LoginStore[]): Promise<Survey> {
  const answers = await Promise.all(stores.map(async (store) => ({ store, reading: await store.read() })));
  const logins = answers.flatMap(({ reading }) =>
    reading.state === "login" && stillHolds(reading.login, answers) ? [traced(reading.login, answers)] : [],
  );
  return {
    logins,
    searched: answers.map(({ store, reading }) =>
      reading.state === "login" ? store.path : `${store.path}: ${reading.reason}`,
    ),
    busy: answers.flatMap(({ reading }) => (reading.state === "busy" ? [reading.reason] : []))[0],
    owed: logins.map((login) => debtOf(login, answers)).find((debt) => debt !== undefined),
  };
}

interface Answer {
  store: LoginStore;
  reading: Reading;
}

/**
 * A login refreshed from another store's ends when that store has one that is neither it nor one of its forerunners, or
 * was logged out; not when it is unreadable.
 */
function stillHolds({ grant, refreshedFrom }: Login, answers: readonly Answer[]): boolean {
  const origin = answerOf(refreshedFrom, answers)?.reading;
  if (refreshedFrom === undefined || origin === undefined) return true;
  if (origin.state !== "login") return origin.state !== "signed-out";
  const held = heldGrantId(origin);
  const own = grant === undefined ? [] : [grantId(grant)];
  return held !== undefined && [...own, ...refreshedFrom.grantIds].includes(held);
}

/** The login without the forerunners that the other store is past. */
function traced(login: Login, answers: readonly Answer[]): Login {
  const origin = answerOf(login.refreshedFrom, answers);
  const held = origin && heldGrantId(origin.reading);
  if (origin === undefined || held === undefined) return login;
  return { ...login, refreshedFrom: { source: origin.store.source, grantIds: [held] } };
}

function debtOf({ accessToken, grant, ...login }: Login, answers: readonly Answer[]): Debt | undefined {
  const answer = answerOf(login.refreshedFrom, answers);
  if (answer === undefined || accessToken === undefined || grant === undefined) return undefined;
  const inPlaceOf = heldGrantId(answer.reading);
  const isOwed = inPlaceOf !== undefined && inPlaceOf !== grantId(grant);
  return isOwed ? { store: answer.store, renewed: { ...login, accessToken, grant }, inPlaceOf } : undefined;
}

const answerOf = (origin: Origin | undefined, answers: readonly Answer[]): Answer | undefined =>
  answers.find(({ store }) => store.source === origin?.source);
