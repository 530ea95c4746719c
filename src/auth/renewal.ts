import type { Clock, SteadyTime } from "../clock.ts";
import type { BridgeError } from "../errors.ts";
import { GrantRefused } from "./grant-refused.ts";
import type { KnownLogins } from "./known-logins.ts";
import type { Lifetimes } from "./lifetimes.ts";
import {
  grantId,
  heldGrantId,
  type Login,
  type Origin,
  type Reading,
  type RefreshableLogin,
  type UsableLogin,
} from "./login.ts";
import { loginNeeded, type RefusedLogin } from "./login-needed.ts";
import type { LoginRefresh } from "./login-refresh.ts";
import type { RefusedGrants } from "./refused-grants.ts";
import type { OwnLogin } from "./stores/own-login.ts";
import type { WriteBack } from "./stores/write-back.ts";
import type { Survey } from "./survey.ts";
import { loginSources } from "./token-source.ts";

/** After a renewal, while a token still lives: that one failed, or others who share the login renew it too. */
const pauseMs = 30_000;

export interface Renewal {
  /**
   * A renewed login; all who ask while one is being made share it. Unless forced, one that another process has stored
   * meanwhile will do, or the old one where there is no other and it still lives.
   */
  start(forced: boolean): Promise<UsableLogin>;
  /** Whether the last one was so recent that another should wait if it can. */
  isPaused(): boolean;
}

interface Outcome {
  login: UsableLogin;
  /** Why it is the old one, where it should not be. */
  failure?: BridgeError;
}

interface RenewalOptions {
  own: OwnLogin;
  known: KnownLogins;
  refresh: LoginRefresh;
  refused: RefusedGrants;
  writeBack: WriteBack;
  lifetimes: Lifetimes;
  /** Keeps others from changing the own file meanwhile. */
  locked: <T>(work: () => Promise<T>) => Promise<T>;
  clock: Clock;
  steady: SteadyTime;
}

export function createRenewal(options: RenewalOptions): Renewal {
  const { own, known, refresh, refused, writeBack, lifetimes, locked, clock, steady } = options;
  let underWay: Promise<Outcome> | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  /** Undefined when the own file by then holds another login, or none: what a person did to it stays. */
  const redeemAndKeep = async (login: RefreshableLogin): Promise<UsableLogin | undefined> => {
    const renewed = { ...(await refresh.redeem(login)), refreshedFrom: originOf(login) };
    if (isOwn(login) && isOver(login, await own.read())) return undefined;
    // Before its first use: a refresh token that was rotated and then lost costs the person a login.
    await own.keep(renewed);
    await writeBack.pay((await known.look()).owed);
    return renewed;
  };

  /** The old one for as long as it lives. */
  const withoutRenewal = (
    found: Survey,
    best: UsableLogin | undefined,
    refused: RefusedLogin | undefined,
  ): Outcome => {
    const failure = loginNeeded(found, { best, refused, now: clock.now() });
    if (best === undefined) throw failure;
    return best.isLeftToOwner && refused === undefined ? { login: best } : { login: best, failure };
  };
  const next = (logins: readonly Login[], tried: readonly RefusedLogin[]): RefreshableLogin | undefined => {
    if (tried.length === loginSources.length) return undefined;
    const ids = tried.map(({ login }) => grantId(login.grant));
    return logins.filter(refresh.isPossible).find(({ grant }) => !ids.includes(grantId(grant)));
  };

  /** When a grant is refused, the stores may by now hold another that a different program rotated it into. */
  const renew = async (forced: boolean, tried: readonly RefusedLogin[]): Promise<Outcome> => {
    await refused.recall();
    const found = await known.look();
    const best = known.best(found.logins);
    if (!forced && best !== undefined && !lifetimes.isDue(best)) return { login: best };
    const login = next(found.logins, tried);
    if (login === undefined) return withoutRenewal(found, best, tried.at(-1));
    try {
      const renewed = await redeemAndKeep(login);
      return renewed ? { login: renewed } : await renew(forced, tried);
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      return renew(forced, [...tried, { login, said: error.said }]);
    }
  };

  const pause = () => {
    pausedUntil = steady() + pauseMs;
  };
  const pauseUnlessFresh = (outcome: Outcome): Outcome => {
    if (outcome.failure || lifetimes.isWithinMargin(outcome.login)) pause();
    return outcome;
  };
  const pauseAndThrow = (error: unknown): never => {
    pause();
    throw error;
  };

  const start = async (forced: boolean): Promise<UsableLogin> => {
    underWay ??= locked(() => renew(forced, []))
      .then(pauseUnlessFresh, pauseAndThrow)
      .finally(() => {
        underWay = undefined;
      });
    const { login, failure } = await underWay;
    if (forced && failure) throw failure;
    return login;
  };

  return { start, isPaused: () => steady() < pausedUntil };
}

/** Of no other program: nothing but the file says whether it still is one. */
const isOwn = ({ source, refreshedFrom }: Login): boolean =>
  source === "own file" && refreshedFrom === undefined;

/** Whether a file that held the login has been given another, or emptied; one that cannot be read may still hold it. */
const isOver = ({ grant }: RefreshableLogin, reading: Reading): boolean =>
  reading.state === "login" ? heldGrantId(reading) !== grantId(grant) : reading.state === "signed-out";

/** Three weeks of refreshes while the other store cannot be read. */
const maxGrantIds = 500;

function originOf({ source, grant, refreshedFrom }: RefreshableLogin): Origin | undefined {
  if (source !== "own file") return { source, grantIds: [grantId(grant)] };
  if (refreshedFrom === undefined) return undefined;
  const grantIds = [...refreshedFrom.grantIds, grantId(grant)].slice(-maxGrantIds);
  return { source: refreshedFrom.source, grantIds };
}
