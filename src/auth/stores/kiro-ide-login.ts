import { defaultRegion, isRegion } from "../../aws.ts";
import type { JsonObject } from "../../json.ts";
import {
  isToken,
  type Login,
  parseInstant,
  parseProfileArn,
  type Reading,
  type RefreshGrant,
  unusable,
} from "../login.ts";
import type { LoginKind } from "../token-source.ts";

/** Genuine refresh tokens are longer; what is shorter was cut by a terminal or an editor on its way here. */
const shortestRefreshToken = 100;

/** The name of the file with the client registration, in the folder of the token's; undefined when there is none. */
export function registrationFile({ clientIdHash }: JsonObject): string | undefined {
  const isName = typeof clientIdHash === "string" && /^[\da-zA-Z]{8,128}$/.test(clientIdHash);
  return isName ? `${clientIdHash}.json` : undefined;
}

/** The login that the Kiro IDE's two files spell (contract 6.3). */
export function decodeKiroIdeLogin(token: JsonObject, registration: JsonObject | undefined): Reading {
  const { accessToken, refreshToken, expiresAt, profileArn, region = defaultRegion } = token;
  if (isToken(refreshToken) && isCut(refreshToken)) return unusable("its refreshToken is cut short");
  if (typeof region !== "string" || !isRegion(region)) return unusable("its region is not an AWS region");
  const kind = kindOf(token);
  const grant = isToken(refreshToken) ? grantOf(kind, refreshToken, region, registration) : undefined;
  if (!isToken(accessToken) && grant === undefined)
    return unusable("it holds neither an access token nor what a refresh needs");
  const login: Login = {
    source: "Kiro IDE",
    kind,
    accessToken: isToken(accessToken) ? accessToken : undefined,
    expiresAt: parseInstant(expiresAt),
    grant,
    region,
    profileArn: parseProfileArn(profileArn),
  };
  return { state: "login", login };
}

const isCut = (token: string): boolean => token.length < shortestRefreshToken || token.includes("...");

function kindOf({ authMethod, provider }: JsonObject): LoginKind | undefined {
  if (typeof authMethod === "string" && authMethod.toLowerCase() === "social") return "social";
  if (provider === "BuilderId") return "builder-id";
  return provider === "Enterprise" ? "identity-center" : undefined;
}

function grantOf(
  kind: LoginKind | undefined,
  refreshToken: string,
  region: string,
  registration: JsonObject | undefined,
): RefreshGrant | undefined {
  if (kind === "social") return { refreshToken, region };
  const { clientId, clientSecret, expiresAt } = registration ?? {};
  const clientEndsAt = parseInstant(expiresAt) ?? undefined;
  return isToken(clientId) && isToken(clientSecret)
    ? { clientId, clientSecret, refreshToken, region, clientEndsAt }
    : undefined;
}
