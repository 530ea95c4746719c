import { type Clock, sleep } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { grantId, type Login, type RefreshableLogin, type RefreshGrant, type UsableLogin } from "./login.ts";
import { redeem, type Tokens } from "./oidc.ts";
import type { OidcService } from "./oidc-request.ts";

const maxTries = 3;
const backoffMs = 1_000;

/** Redeems logins, and remembers what there is no sense in redeeming again. */
export interface LoginRefresh {
  /** The login with new tokens, which nobody has stored yet. */
  redeem(login: RefreshableLogin): Promise<UsableLogin>;
  /** Whether the login has a grant that was not refused for good. */
  isPossible(login: Login): login is RefreshableLogin;
  /** Whether the token was made here within the last `ms`. */
  isNew(accessToken: string | undefined, ms: number): boolean;
}

interface LoginRefreshOptions {
  oidc: OidcService;
  clock: Clock;
  log: Log;
  random: () => number;
}

export function createLoginRefresh({ oidc, clock, log, random }: LoginRefreshOptions): LoginRefresh {
  const refusedGrants = new Set<string>();
  let newest: { accessToken: string; madeAt: number } | undefined;

  const redeemPatiently = async (grant: RefreshGrant): Promise<Tokens> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await redeem(grant, oidc, clock);
      } catch (error) {
        const { kind, message } = BridgeError.from(error);
        if (kind !== "busy" || attempt === maxTries) throw error;
        log.warn("login.refresh-retried", { attempt, reason: message });
      }
      await sleep(clock, random() * backoffMs * 2 ** attempt);
    }
  };

  return {
    async redeem(login) {
      const startedAt = clock.now();
      try {
        const {
          accessToken,
          expiresAt,
          refreshToken = login.grant.refreshToken,
        } = await redeemPatiently(login.grant);
        const madeAt = clock.now();
        newest = { accessToken, madeAt };
        log.info("login.refreshed", { source: login.source, ms: madeAt - startedAt });
        return { ...login, accessToken, expiresAt, grant: { ...login.grant, refreshToken } };
      } catch (error) {
        const { kind, message } = BridgeError.from(error);
        if (kind === "login") refusedGrants.add(grantId(login.grant));
        log.error("login.refresh-failed", { source: login.source, reason: message });
        throw error;
      }
    },
    isPossible: (login): login is RefreshableLogin =>
      login.grant !== undefined && !refusedGrants.has(grantId(login.grant)),
    isNew: (accessToken, ms) =>
      newest !== undefined && accessToken === newest.accessToken && clock.now() - newest.madeAt < ms,
  };
}
