import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { KnownLogins } from "./known-logins.ts";
import { grantId, type Origin, type RefreshableLogin, type UsableLogin } from "./login.ts";
import { loginNeeded } from "./login-needed.ts";
import type { LoginRefresh } from "./login-refresh.ts";
import type { OwnLogin } from "./own-login.ts";

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
  marginMs: number;
  /** Keeps others from changing the own file meanwhile. */
  locked: <T>(work: () => Promise<T>) => Promise<T>;
  clock: Clock;
}

export function createRenewal({ own, known, refresh, marginMs, locked, clock }: RenewalOptions): Renewal {
  let underWay: Promise<UsableLogin> | undefined;
  let pausedUntil = 0;

  const redeemAndKeep = async (login: RefreshableLogin): Promise<UsableLogin> => {
    const renewed = { ...(await refresh.redeem(login)), refreshedFrom: originOf(login) };
    // Before its first use: a refresh token that was rotated and then lost costs the person a login.
    await own.keep(renewed);
    return renewed;
  };

  /** When a grant is refused for good, the stores may by now hold another that a different program rotated it into. */
  const renew = async (forced: boolean, tries: number): Promise<UsableLogin> => {
    const found = await known.look();
    const best = forced ? undefined : known.best(found.logins);
    if (best !== undefined && known.lifeOf(best) > marginMs) return best;
    const login = tries > 0 ? found.logins.find(refresh.isPossible) : undefined;
    if (login === undefined) throw loginNeeded(found);
    try {
      return await redeemAndKeep(login);
    } catch (error) {
      if (BridgeError.from(error).kind !== "login") throw error;
      return renew(forced, tries - 1);
    }
  };

  const start = (forced: boolean): Promise<UsableLogin> => {
    underWay ??= locked(() => renew(forced, 2))
      .catch((error) => {
        pausedUntil = clock.now() + pauseMs;
        throw error;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  return { start, isPaused: () => clock.now() < pausedUntil };
}

const originOf = (login: RefreshableLogin): Origin | undefined =>
  login.source === "own file" ? login.refreshedFrom : { source: login.source, grantId: grantId(login.grant) };
