import type { BridgeError } from "../errors.ts";
import type { TokenSourceOptions } from "./create-token-source.ts";
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
import { GrantRefused } from "./oidc/redeem.ts";
import type { WriteBack } from "./stores/write-back.ts";
import { loginSources } from "./token-source.ts";

/** From one renewal to the next while a token still lives, if it failed or other bridges renew the same login. */
const pauseMs = 30_000;

export interface Renewal {
  /**
   * A renewed login, shared by all who ask while it is being made. Unless forced, one that another process has stored
   * meanwhile will do, and failing that the old one while it lives.
   */
  start(forced: boolean): Promise<UsableLogin>;
  /** Whether the last one was so recent that another should wait if it can. */
  isPaused(): boolean;
}

interface Outcome {
  login: UsableLogin;
  /** Why it is the old one although a new one was wanted. */
  failure?: BridgeError;
}

interface RenewalOptions extends Pick<TokenSourceOptions, "own" | "refused" | "locked" | "clock"> {
  known: KnownLogins;
  refresh: LoginRefresh;
  writeBack: WriteBack;
  lifetimes: Lifetimes;
}

export function createRenewal(options: RenewalOptions): Renewal {
  const { own, known, refresh, refused, writeBack, lifetimes, locked, clock } = options;
  let underWay: Promise<Outcome> | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  /** Undefined when the own file holds another login by then, or none: what a person did to it stays. */
  const redeemAndKeep = async (login: RefreshableLogin): Promise<UsableLogin | undefined> => {
    const renewed = { ...(await refresh.redeem(login)), refreshedFrom: originOf(login) };
    if (isOwn(login) && isOver(login, await own.read())) return undefined;
    // Before its first use: a refresh token that was rotated and then lost costs the person a login.
    await own.keep(renewed);
    await writeBack.pay((await known.look()).owed);
    return renewed;
  };

  const next = (logins: readonly Login[], tried: readonly RefusedLogin[]): RefreshableLogin | undefined => {
    if (tried.length === loginSources.length) return undefined;
    const ids = tried.map(({ login }) => grantId(login.grant));
    return logins.filter(refresh.isPossible).find(({ grant }) => !ids.includes(grantId(grant)));
  };

  /** When a grant is refused, another program may have rotated it and stored its successor by now. */
  const renew = async (forced: boolean, tried: readonly RefusedLogin[]): Promise<Outcome> => {
    await refused.recall();
    const found = await known.look();
    const best = known.best(found.logins);
    if (!forced && best !== undefined && !lifetimes.isDue(best)) return { login: best };
    const login = next(found.logins, tried);
    if (login === undefined) {
      const failure = loginNeeded(found, { best, refused: tried.at(-1), now: clock.now() });
      return withoutRenewal(best, failure, tried.length > 0);
    }
    try {
      const renewed = await redeemAndKeep(login);
      return renewed ? { login: renewed } : await renew(forced, tried);
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      return renew(forced, [...tried, { login, said: error.said }]);
    }
  };

  const renewOrPause = async (forced: boolean): Promise<Outcome> => {
    let isFresh = false;
    try {
      const outcome = await locked(() => renew(forced, []));
      isFresh = outcome.failure === undefined && !lifetimes.isWithinMargin(outcome.login);
      return outcome;
    } finally {
      if (!isFresh) pausedUntil = clock.steady() + pauseMs;
      underWay = undefined;
    }
  };

  const start = async (forced: boolean): Promise<UsableLogin> => {
    underWay ??= renewOrPause(forced);
    const { login, failure } = await underWay;
    if (forced && failure) throw failure;
    return login;
  };

  return { start, isPaused: () => clock.steady() < pausedUntil };
}

/** The old login while it lives; that only its owner may refresh it is no failure. */
function withoutRenewal(best: UsableLogin | undefined, failure: BridgeError, wasTried: boolean): Outcome {
  if (best === undefined) throw failure;
  return best.isLeftToOwner && !wasTried ? { login: best } : { login: best, failure };
}

/** Whether it is no other program's: nothing but the file says whether it still is one. */
const isOwn = ({ source, refreshedFrom }: Login): boolean =>
  source === "own file" && refreshedFrom === undefined;

/** Whether the file that held the login now holds another, or none; one that cannot be read may still hold it. */
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
