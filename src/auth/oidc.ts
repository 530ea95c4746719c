import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import { isToken, type RefreshGrant } from "./login.ts";
import { type OidcAnswer, type OidcService, postJson, unavailable } from "./oidc-request.ts";

export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  /** Undefined when the service leaves the old one in force. */
  refreshToken: string | undefined;
}

const lifetimeSeconds = { min: 60, max: 86_400 };

/** What `error` says when no further try with the same grant can succeed. */
const refusals = new Set([
  "invalid_grant",
  "expired_token",
  "invalid_client",
  "unauthorized_client",
  "access_denied",
]);

/**
 * Redeems a refresh token (AWS SSO OIDC `CreateToken`). Rejects with `login` when the service refuses the grant for good,
 * `busy` when a later try may succeed, `upstream` when it refuses the request, `protocol` when its answer makes no sense.
 */
export async function redeem(grant: RefreshGrant, service: OidcService, clock: Clock): Promise<Tokens> {
  const { region, clientId, clientSecret, refreshToken } = grant;
  const body = { clientId, clientSecret, grantType: "refresh_token", refreshToken };
  const answer = await postJson(`${service.endpoint(region)}/token`, body, service, clock);
  if (answer.status === 200) return decodeTokens(answer.text, clock.now());
  throw classify(answer);
}

function decodeTokens(text: string, now: number): Tokens {
  const answer = parseJsonObject(text) ?? {};
  const { accessToken, expiresIn, refreshToken = undefined } = answer;
  const sound =
    isToken(accessToken) &&
    typeof expiresIn === "number" &&
    expiresIn > 0 &&
    (refreshToken === undefined || refreshToken === null || isToken(refreshToken));
  if (!sound)
    throw new BridgeError("protocol", "Amazon's login service answered with something that is no login.");
  const { min, max } = lifetimeSeconds;
  const lifetime = Math.min(Math.max(expiresIn, min), max);
  return { accessToken, expiresAt: new Date(now + lifetime * 1000), refreshToken: refreshToken ?? undefined };
}

function classify(answer: OidcAnswer): BridgeError {
  const { status, headers } = answer;
  const error = errorName(answer);
  const said = `${status}${error && ` ${error}`}`;
  if (refusals.has(error))
    return new BridgeError("login", `Amazon's login service refused the saved login (${said}).`);
  if (status === 429 || error === "slow_down" || status >= 500 || error === "server_error")
    return unavailable(`Amazon's login service is overloaded (${said}); try again.`, retryAfter(headers));
  return new BridgeError("upstream", `Amazon's login service refused to refresh the login (${said}).`);
}

/** The `error` member, else the same name as the header spells it (`InvalidGrantException`); empty when neither is there. */
function errorName({ headers, text }: OidcAnswer): string {
  const named = parseJsonObject(text)?.["error"];
  if (typeof named === "string" && /^[a-z_]{1,40}$/.test(named)) return named;
  const type = /^(\w{1,60})Exception\b/.exec(headers.get("x-amzn-errortype") ?? "")?.[1] ?? "";
  return type.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
}

function retryAfter(headers: Headers): { retryAfterSeconds?: number } {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds >= 1 ? { retryAfterSeconds: Math.min(Math.ceil(seconds), 60) } : {};
}
