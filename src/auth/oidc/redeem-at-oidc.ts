import type { Clock } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { parseJsonObject } from "../../json.ts";
import { GrantRefused } from "../grant-refused.ts";
import type { OidcGrant } from "../login.ts";
import { errorIn, isPassing, type OidcAnswer, type OidcService, overload, postJson } from "./oidc-request.ts";
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
 * Redeems a refresh token (AWS SSO OIDC `CreateToken`). Rejects with `GrantRefused` when the service does not take the grant,
 * `busy` when a later try may succeed, `protocol` when its answer makes no sense, `upstream` for any other.
 */
export async function redeemAtOidc(grant: OidcGrant, service: OidcService, clock: Clock): Promise<Tokens> {
  const { region, clientId, clientSecret, refreshToken } = grant;
  const body = { clientId, clientSecret, grantType: "refresh_token", refreshToken };
  const options = { ...service, addressee: "Amazon's login service", clock } as const;
  const answer = await postJson(`${service.endpoint(region)}/token`, body, options);
  if (answer.status === 200) return decodeTokens(answer, clock.now());
  throw classify(answer);
}

function classify(answer: OidcAnswer): BridgeError {
  const { addressee, status } = answer;
  const error = errorName(answer);
  const said = `${status}${error && ` ${error}`}`;
  if (refusals.has(error)) return new GrantRefused(addressee, said, true);
  if (isPassing(status) || error === "slow_down" || error === "server_error") return overload(answer, said);
  if (status >= 400) return new GrantRefused(addressee, said, false);
  return new BridgeError("upstream", `${addressee} refused to refresh the login (${said}).`);
}

/** The `error` member, else the same name as the header spells it (`InvalidGrantException`); empty when neither is there. */
function errorName({ headers, text }: OidcAnswer): string {
  const named = errorIn(parseJsonObject(text) ?? {});
  if (named !== "") return named;
  const type = /^(\w{1,60})Exception\b/.exec(headers.get("x-amzn-errortype") ?? "")?.[1] ?? "";
  return type.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
}
