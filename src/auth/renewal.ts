import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { KnownLogins } from "./known-logins.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { grantId, type Origin, type RefreshableLogin, type UsableLogin } from "./login.ts";
import { loginNeeded } from "./login-needed.ts";
import type { LoginRefresh } from "./login-refresh.ts";
import type { OwnLogin } from "./own-login.ts";
import type { RefusedGrants } from "./refused-grants.ts";
import type { SteadyTime } from "./steady-time.ts";
import { loginSources } from "./token-source.ts";
import type { WriteBack } from "./write-back.ts";

/** After a failed refresh, while a token still lives. */
const pauseMs = 30_000;

export interface Renewal {
  /**
   * A renewed login; all who ask while one is being made share it. Unless forced, one that another process has stored
   * meanwhile will do.
   */
  start(forced: boolean): Promise<UsableLogin>;
  /** Whether the last one failed so recently that another should wait if it can. */
  isPaused(): boolean;
}

interface RenewalOptions {
  own: OwnLogin;
  known: KnownLogins;
  refresh: LoginRefresh;
  refused: RefusedGrants;
  writeBack: WriteBack;
  lifetimes: Lifetimes;
  marginMs: number;
  /** Keeps others from changing the own file meanwhile. */
  locked: <T>(work: () => Promise<T>) => Promise<T>;
  clock: Clock;
  steady: SteadyTime;
}

export function createRenewal(options: RenewalOptions): Renewal {
  const { own, known, refresh, refused, writeBack, lifetimes, marginMs, locked, clock, steady } = options;
  let underWay: Promise<UsableLogin> | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const redeemAndKeep = async (login: RefreshableLogin): Promise<UsableLogin> => {
    const renewed = { ...(await refresh.redeem(login)), refreshedFrom: originOf(login) };
    // Before its first use: a refresh token that was rotated and then lost costs the person a login.
    await own.keep(renewed);
    await writeBack.pay((await known.look()).owed);
    return renewed;
  };

  const pause = () => {
    pausedUntil = steady() + pauseMs;
  };
  const asLongAsItLives = (login: UsableLogin): UsableLogin => {
    pause();
    return login;
  };

  /** When a grant is refused for good, the stores may by now hold another that a different program rotated it into. */
  const renew = async (forced: boolean, tries: number): Promise<UsableLogin> => {
    await refused.recall();
    const found = await known.look();
    const best = known.best(found.logins);
    if (!forced && best !== undefined && lifetimes.left(best) > marginMs) return best;
    const login = tries > 0 ? found.logins.find(refresh.isPossible) : undefined;
    if (login === undefined && best !== undefined) return asLongAsItLives(best);
    if (login === undefined) throw loginNeeded(found, clock.now());
    try {
      return await redeemAndKeep(login);
    } catch (error) {
      if (BridgeError.from(error).kind !== "login") throw error;
      return renew(forced, tries - 1);
    }
  };

  const start = (forced: boolean): Promise<UsableLogin> => {
    underWay ??= locked(() => renew(forced, loginSources.length))
      .catch((error) => {
        pause();
        throw error;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  return { start, isPaused: () => steady() < pausedUntil };
}

/** Three weeks of refreshes while the other store cannot be read. */
const maxGrantIds = 500;

function originOf({ source, grant, refreshedFrom }: RefreshableLogin): Origin | undefined {
  if (source !== "own file") return { source, grantIds: [grantId(grant)] };
  if (refreshedFrom === undefined) return undefined;
  const grantIds = [...refreshedFrom.grantIds, grantId(grant)].slice(-maxGrantIds);
  return { source: refreshedFrom.source, grantIds };
}
