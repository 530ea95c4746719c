import { type Clock, type SteadyTime, sleep } from "../clock.ts";
import { BridgeError, whyOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { GrantRefused } from "./grant-refused.ts";
import type { Learn } from "./learned.ts";
import type { Lifetimes } from "./lifetimes.ts";
import {
  grantId,
  isRegistered,
  type Login,
  type RefreshableLogin,
  type RefreshGrant,
  type RenewedLogin,
} from "./login.ts";
import { type OidcService, unavailable } from "./oidc/oidc-request.ts";
import { redeemAtKiro } from "./oidc/redeem-at-kiro.ts";
import { redeemAtOidc } from "./oidc/redeem-at-oidc.ts";
import type { Tokens } from "./oidc/tokens.ts";
import type { RefusedGrants } from "./refused-grants.ts";

const maxTries = 3;
const backoffMs = 1_000;
/** How long a login rests after any failure but a refusal for good, unless the service asks for more. */
const restSeconds = 5;
/** Within it, expiries that other programs wrote are as good as exact. */
const tolerableSkewSeconds = 120;

/** Redeems logins, and remembers what there is no sense in redeeming again, or not yet. */
export interface LoginRefresh {
  /** The login with new tokens, which nobody has stored yet. */
  redeem(login: RefreshableLogin): Promise<RenewedLogin>;
  /** Whether the login has a grant that was not refused for good, of a client that is still registered. */
  isPossible(login: Login): login is RefreshableLogin;
}

interface LoginRefreshOptions {
  oidc: OidcService;
  refused: RefusedGrants;
  lifetimes: Lifetimes;
  clock: Clock;
  steady: SteadyTime;
  log: Log;
  random: () => number;
  /** Hears how each refresh has ended. */
  onRefresh?: ((outcome: "ok" | "failed") => void) | undefined;
  learn: Learn;
}

export function createLoginRefresh(options: LoginRefreshOptions): LoginRefresh {
  const { oidc, refused, lifetimes, clock, steady, log, random, onRefresh, learn } = options;
  const resting = new Map<string, { until: number; error: BridgeError }>();

  const rest = (id: string, error: BridgeError) => {
    for (const [other, { until }] of resting) if (steady() >= until) resting.delete(other);
    const { retryAfterSeconds = restSeconds } = error;
    resting.set(id, { until: steady() + retryAfterSeconds * 1000, error });
  };

  const redeemPatiently = async (grant: RefreshGrant): Promise<Tokens> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await redeemGrant(grant, oidc, clock);
      } catch (cause) {
        const error = failureOf(cause);
        if (error.kind !== "busy" || attempt === maxTries) throw error;
        log.warn("login.refresh-retried", { attempt, reason: error.message });
      }
      await sleep(clock, random() * backoffMs * 2 ** attempt);
    }
  };

  const redeem = async (login: RefreshableLogin): Promise<RenewedLogin> => {
    const startedAt = clock.now();
    const tokens = await redeemPatiently(login.grant);
    const { accessToken, expiresAt, refreshToken = login.grant.refreshToken, skewSeconds } = tokens;
    learn(login.source, [accessToken, refreshToken]);
    const now = clock.now();
    lifetimes.begin(accessToken, expiresAt.getTime() - now);
    onRefresh?.("ok");
    log.info("login.refreshed", { source: login.source, ms: now - startedAt });
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
      if (last !== undefined && steady() < last.until) throw last.error;
      try {
        return await redeem(login);
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

const redeemGrant = (grant: RefreshGrant, oidc: OidcService, clock: Clock): Promise<Tokens> =>
  grant.clientId === undefined ? redeemAtKiro(grant, oidc, clock) : redeemAtOidc(grant, oidc, clock);

/** An answer that makes no sense is often a captive portal's, and passes like an outage. */
function failureOf(cause: unknown): BridgeError {
  const error = BridgeError.from(cause);
  return error.kind === "protocol" ? unavailable(error.message, { cause }) : error;
}
