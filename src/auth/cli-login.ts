import { type JsonObject, type JsonValue, parseJsonObject } from "../json.ts";
import { isToken, type Login, parseInstant, type Reading, type RefreshGrant } from "./login.ts";
import { defaultRegion, isRegion, profileRegion } from "./region.ts";

// The Amazon Q CLI's own spelling of `oidc`.
const tokenKey = "codewhisperer:odic:token";
const registrationKey = "codewhisperer:odic:device-registration";
const profileKey = "api.codewhisperer.profile";

/** The rows that make a login, of the tables `auth_kv` and `state`. */
export const cliKeys = [tokenKey, registrationKey, profileKey];

/** Values by key, of whatever type SQLite found. */
export type Rows = ReadonlyMap<string, unknown>;

/** The login that the rows spell; what cannot be read of them is named by the reason, never quoted. */
export function decodeCliLogin(rows: Rows, now: number): Reading {
  if (!rows.has(tokenKey)) return { state: "signed-out", reason: "the Amazon Q CLI is not logged in" };
  const token = decodeJson(rows.get(tokenKey));
  if (token === undefined) return unusable(`${tokenKey} is not a JSON object`);
  const region = token["region"] ?? defaultRegion;
  if (typeof region !== "string" || !isRegion(region)) return unusable(`${tokenKey} names no AWS region`);
  const accessToken = isToken(token["access_token"]) ? token["access_token"] : undefined;
  const grant = decodeGrant(token, decodeJson(rows.get(registrationKey)), region, now);
  if (accessToken === undefined && grant === undefined)
    return unusable(`${tokenKey} holds neither an access token nor what a refresh needs`);
  const login: Login = {
    source: "Amazon Q CLI",
    accessToken,
    expiresAt: parseInstant(token["expires_at"]),
    grant,
    region,
    profileArn: decodeProfile(rows.get(profileKey)),
  };
  return { state: "login", login };
}

/** Only a registration that is alive and of the token's own region and flow can refresh it, as in the CLI itself. */
function decodeGrant(
  token: JsonObject,
  registration: JsonObject | undefined,
  region: string,
  now: number,
): RefreshGrant | undefined {
  const refreshToken = token["refresh_token"];
  if (registration === undefined || !isToken(refreshToken)) return undefined;
  const { client_id: clientId, client_secret: clientSecret, client_secret_expires_at: expiry } = registration;
  if (!isToken(clientId) || !isToken(clientSecret)) return undefined;
  const expiresAt = parseInstant(expiry);
  if (expiresAt !== null && expiresAt.getTime() <= now) return undefined;
  const isOfToken =
    (registration["region"] ?? region) === region &&
    sameFlow(registration["oauth_flow"], token["oauth_flow"]);
  return isOfToken ? { clientId, clientSecret, refreshToken, region } : undefined;
}

const sameFlow = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  typeof a !== "string" || typeof b !== "string" || a.toLowerCase() === b.toLowerCase();

/** Logins with AWS Builder ID have none. */
function decodeProfile(value: unknown): string | undefined {
  const arn = decodeJson(value)?.["arn"];
  return typeof arn === "string" && profileRegion(arn) !== undefined ? arn : undefined;
}

function decodeJson(value: unknown): JsonObject | undefined {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  return typeof text === "string" ? parseJsonObject(text) : undefined;
}

const unusable = (reason: string): Reading => ({ state: "unusable", reason });
