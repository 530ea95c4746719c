import type { Clock } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { GrantRefused } from "../grant-refused.ts";
import type { SocialGrant } from "../login.ts";
import { isPassing, type OidcService, overload, postJson } from "./oidc-request.ts";
import { decodeTokens, type Tokens } from "./tokens.ts";

/** Redeems the refresh token of a Google or GitHub login at Kiro's login service (contract 6.7); rejects as for OIDC. */
export async function redeemAtKiro(
  { refreshToken, region }: SocialGrant,
  service: OidcService,
  clock: Clock,
): Promise<Tokens> {
  const url = `${service.socialEndpoint(region)}/refreshToken`;
  const options = { ...service, addressee: "Kiro's login service", clock } as const;
  const answer = await postJson(url, { refreshToken }, options);
  const { status } = answer;
  if (status === 200) return decodeTokens(answer, clock.now());
  if (isPassing(status)) throw overload(answer);
  if (status >= 400) throw new GrantRefused(answer.addressee, `${status}`, status === 401 || status === 403);
  throw new BridgeError("upstream", `${answer.addressee} refused to refresh the login (${status}).`);
}
