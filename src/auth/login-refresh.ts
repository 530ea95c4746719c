import { sleep } from "../clock.ts";
import { BridgeError, whyOf } from "../errors.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { TokenSourceOptions } from "./create-token-source.ts";
import type { Lifetimes } from "./lifetimes.ts";
import {
  grantId,
  isRegistered,
  type Login,
  type RefreshableLogin,
  type RefreshGrant,
  type RenewedLogin,
} from "./login.ts";
import { unavailable } from "./oidc/oidc-request.ts";
import { GrantRefused, redeem, type Tokens } from "./oidc/redeem.ts";

const maxTries = 3;
const backoffMs = 1_000;
/** How long a login rests after a failure that is not final, unless the service asks for more. */
const restSeconds = 5;
/** Too little to matter to the expiries that other programs write. */
const tolerableSkewSeconds = 120;

/** Redeems logins, and remembers which ones are not worth another try, or not yet. */
export interface LoginRefresh {
  /** The login with new tokens, which are not stored yet. */
  redeem(login: RefreshableLogin): Promise<RenewedLogin>;
  /** Whether the login has a grant that was never refused for good, and whose client is still registered. */
  isPossible(login: Login): login is RefreshableLogin;
}

type Shared = "oidc" | "refused" | "clock" | "log" | "random" | "onRefresh";
interface LoginRefreshOptions extends Pick<TokenSourceOptions, Shared> {
  lifetimes: Lifetimes;
  learn: Secrets["learn"];
}

export function createLoginRefresh(options: LoginRefreshOptions): LoginRefresh {
  const { oidc, refused, lifetimes, clock, log, random, onRefresh, learn } = options;
  const resting = new Map<string, { until: number; error: BridgeError }>();

  const rest = (id: string, error: BridgeError) => {
    for (const [other, { until }] of resting) if (clock.steady() >= until) resting.delete(other);
    const { retryAfterSeconds = restSeconds } = error;
    resting.set(id, { until: clock.steady() + retryAfterSeconds * 1000, error });
  };

  const redeemPatiently = async (grant: RefreshGrant): Promise<Tokens> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await redeem(grant, oidc, clock);
      } catch (cause) {
        const error = failureOf(cause);
        if (error.kind !== "busy" || attempt === maxTries) throw error;
        log.warn("login.refresh-retried", { attempt, reason: error.message });
      }
      await sleep(clock, random() * backoffMs * 2 ** attempt);
    }
  };

  const renew = async (login: RefreshableLogin): Promise<RenewedLogin> => {
    const startedAt = clock.steady();
    const tokens = await redeemPatiently(login.grant);
    const { accessToken, expiresAt, refreshToken = login.grant.refreshToken, skewSeconds } = tokens;
    learn(login.source, [accessToken, refreshToken]);
    lifetimes.begin(accessToken, expiresAt.getTime() - clock.now());
    onRefresh?.("ok");
    log.info("login.refreshed", { source: login.source, ms: clock.steady() - startedAt });
    if (Math.abs(skewSeconds) > tolerableSkewSeconds) log.warn("clock.skew", { seconds: skewSeconds });
    return {
      ...login,
      accessToken,
      expiresAt,
      grant: { ...login.grant, refreshToken },
      profileArn: login.profileArn ?? tokens.profileArn,
    };
  };

  return {
    async redeem(login) {
      const id = grantId(login.grant);
      const last = resting.get(id);
      if (last !== undefined && clock.steady() < last.until) throw last.error;
      try {
        return await renew(login);
      } catch (cause) {
        const error = BridgeError.from(cause);
        if (error instanceof GrantRefused && error.isFinal) await refused.note(login.grant);
        else rest(id, error);
        onRefresh?.("failed");
        log.error("login.refresh-failed", { source: login.source, reason: error.message, ...whyOf(error) });
        throw error;
      }
    },
    isPossible: (login): login is RefreshableLogin =>
      login.grant !== undefined && isRegistered(login.grant, clock.now()) && !refused.has(login.grant),
  };
}

/** An answer that makes no sense often comes from a captive portal, and passes like an outage. */
function failureOf(cause: unknown): BridgeError {
  const error = BridgeError.from(cause);
  return error.kind === "protocol" ? unavailable(error.message, { cause }) : error;
}
