import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import type { OidcGrant } from "./login.ts";
import { type OidcAnswer, type OidcService, overload, postJson } from "./oidc-request.ts";
import { decodeTokens, type Tokens } from "./tokens.ts";

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
export async function redeemAtOidc(grant: OidcGrant, service: OidcService, clock: Clock): Promise<Tokens> {
  const { region, clientId, clientSecret, refreshToken } = grant;
  const body = { clientId, clientSecret, grantType: "refresh_token", refreshToken };
  const answer = await postJson(`${service.endpoint(region)}/token`, body, { ...service, clock });
  if (answer.status === 200) return decodeTokens(answer, clock.now());
  throw classify(answer);
}

function classify(answer: OidcAnswer): BridgeError {
  const { status } = answer;
  const error = errorName(answer);
  const said = `${status}${error && ` ${error}`}`;
  if (refusals.has(error))
    return new BridgeError("login", `Amazon's login service refused the saved login (${said}).`);
  if (status === 429 || error === "slow_down" || status >= 500 || error === "server_error")
    return overload(answer, said);
  return new BridgeError("upstream", `Amazon's login service refused to refresh the login (${said}).`);
}

/** The `error` member, else the same name as the header spells it (`InvalidGrantException`); empty when neither is there. */
function errorName({ headers, text }: OidcAnswer): string {
  const named = parseJsonObject(text)?.["error"];
  if (typeof named === "string" && /^[a-z_]{1,40}$/.test(named)) return named;
  const type = /^(\w{1,60})Exception\b/.exec(headers.get("x-amzn-errortype") ?? "")?.[1] ?? "";
  return type.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
}
