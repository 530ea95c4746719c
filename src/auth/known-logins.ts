import type { Lifetimes } from "./lifetimes.ts";
import {
  grantId,
  heldGrantId,
  type Login,
  type LoginStore,
  type Origin,
  type Reading,
  type RenewedLogin,
  type UsableLogin,
} from "./login.ts";

/** What all stores say at one moment. */
export interface Survey {
  /** In the order in which their refresh tokens are used: the own file's first, unless it is a mere copy. */
  logins: readonly Login[];
  /** Every place, with the reason why it gave no login. */
  searched: readonly string[];
  /** Why a store could not be read just now; undefined when all could. */
  busy: string | undefined;
  /** Tokens of ours in whose place other stores still hold older ones, which may be dead by now. */
  owed: readonly Debt[];
}

export interface Debt {
  store: LoginStore;
  renewed: RenewedLogin;
  /** Id of the grant that the store still holds. */
  inPlaceOf: string;
}

/** More than the stores can hold at a time. */
const maxRefused = 50;

/** What the stores hold, less the access tokens that Amazon Q has refused. */
export interface KnownLogins {
  look(): Promise<Survey>;
  /** What was owed at the last look. */
  owed(): readonly Debt[];
  /** The login whose living access token lasts longest. */
  best(logins: readonly Login[]): UsableLogin | undefined;
  /** Rules this access token out, whatever its expiry. */
  refuse(accessToken: string): void;
}

export function createKnownLogins(stores: readonly LoginStore[], lifetimes: Lifetimes): KnownLogins {
  let refused: ReadonlySet<string> = new Set();
  let last: Survey | undefined;
  return {
    async look() {
      last = await survey(stores);
      return last;
    },
    owed: () => last?.owed ?? [],
    best: (logins) =>
      logins
        .filter(isUsable)
        .filter((login) => !refused.has(login.accessToken) && lifetimes.left(login) > 0)
        .toSorted((a, b) => knownExpiry(b) - knownExpiry(a))[0],
    refuse(accessToken) {
      refused = new Set([...refused, accessToken].slice(-maxRefused));
    },
  };
}

const isUsable = (login: Login): login is UsableLogin => login.accessToken !== undefined;

const latest = 8.64e15;

/** An API key never expires; an unknown expiry is only believed when no login has a known one. */
const knownExpiry = ({ kind, expiresAt }: Login): number =>
  kind === "api-key" ? latest : (expiresAt?.getTime() ?? 0);

async function survey(stores: readonly LoginStore[]): Promise<Survey> {
  const answers = await Promise.all(stores.map(async (store) => ({ store, reading: await store.read() })));
  const found = answers
    .flatMap(({ reading }) => (reading.state === "login" ? [reading.login] : []))
    .toSorted((a, b) => Number(isCopy(a, answers)) - Number(isCopy(b, answers)));
  const logins = found.filter((login) => stillHolds(login, answers)).map((login) => traced(login, answers));
  return {
    logins,
    searched: answers.map(({ store, reading }) =>
      reading.state === "login" ? store.path : `${store.path}: ${reading.reason}`,
    ),
    busy: answers.flatMap(({ reading }) => (reading.state === "busy" ? [reading.reason] : []))[0],
    owed: logins.flatMap((login) => debtsOf(login, answers)),
  };
}

interface Answer {
  store: LoginStore;
  reading: Reading;
}

/** Whether the own file has another program's login, as the original program's had: that one is to get the new tokens. */
const isCopy = ({ source, grant, refreshedFrom }: Login, answers: readonly Answer[]): boolean =>
  source === "own file" &&
  refreshedFrom === undefined &&
  grant !== undefined &&
  answers.some(({ store, reading }) => store.source !== source && heldGrantId(reading) === grantId(grant));

/**
 * Whether a login is still good: one that was refreshed from another store's ends when that store is signed out, or holds
 * a login that is neither it nor one of its forerunners; not when that store cannot be read.
 */
function stillHolds({ grant, refreshedFrom }: Login, answers: readonly Answer[]): boolean {
  const origin = answerOf(refreshedFrom, answers)?.reading;
  if (refreshedFrom === undefined || origin === undefined) return true;
  if (origin.state !== "login") return origin.state !== "signed-out";
  const held = heldGrantId(origin);
  const own = grant === undefined ? [] : [grantId(grant)];
  return held !== undefined && [...own, ...refreshedFrom.grantIds].includes(held);
}

/** The login without those forerunners that no store holds any more. */
function traced(login: Login, answers: readonly Answer[]): Login {
  const { refreshedFrom } = login;
  const origin = answerOf(refreshedFrom, answers);
  if (refreshedFrom === undefined || origin === undefined || heldGrantId(origin.reading) === undefined)
    return login;
  const held = answers.map(({ reading }) => heldGrantId(reading));
  const grantIds = refreshedFrom.grantIds.filter((id) => held.includes(id));
  return { ...login, refreshedFrom: { ...refreshedFrom, grantIds } };
}

/** Several stores may hold the same login: kiro-cli begins with a copy of the Amazon Q CLI's. */
function debtsOf({ accessToken, grant, ...login }: Login, answers: readonly Answer[]): Debt[] {
  const { refreshedFrom } = login;
  if (refreshedFrom === undefined || accessToken === undefined || grant === undefined) return [];
  const renewed = { ...login, accessToken, grant };
  return answers.flatMap(({ store, reading }) => {
    const inPlaceOf = heldGrantId(reading);
    const isOwed =
      inPlaceOf !== undefined && inPlaceOf !== grantId(grant) && refreshedFrom.grantIds.includes(inPlaceOf);
    return isOwed ? [{ store, renewed, inPlaceOf }] : [];
  });
}

const answerOf = (origin: Origin | undefined, answers: readonly Answer[]): Answer | undefined =>
  answers.find(({ store }) => store.source === origin?.source);
