import { defaultRegion, isRegion } from "../../aws.ts";
import { type JsonObject, type JsonValue, parseJsonObject } from "../../json.ts";
import {
  isToken,
  type Login,
  parseInstant,
  parseProfileArn,
  type Reading,
  type RefreshGrant,
  unusable,
} from "../login.ts";
import { kindAt } from "../oidc/builder-id.ts";
import type { LoginKind } from "../token-source.ts";
import { type CliClient, isSocialKey, profileKey, registrationKeyOf } from "./cli-client.ts";

/** Values by key, of whatever type SQLite found. */
export type Rows = ReadonlyMap<string, unknown>;

/**
 * The login that the rows spell, of several the one that lives longest; what cannot be read of them is named by the
 * reason, never quoted.
 */
export function decodeCliLogin(rows: Rows, client: CliClient): Reading {
  const readings = client.tokenKeys
    .filter((key) => rows.has(key))
    .map((key) => decodeTokenRow(rows, key, client));
  const logins = readings.filter((reading) => reading.state === "login");
  const signedOut: Reading = { state: "signed-out", reason: `the ${client.source} is not logged in` };
  return logins.toSorted((a, b) => expiryOf(b.login) - expiryOf(a.login))[0] ?? readings[0] ?? signedOut;
}

const expiryOf = ({ expiresAt }: Login): number => expiresAt?.getTime() ?? 0;

/** The login that one of the client's token rows spells, with the rows that belong to it. */
export function decodeTokenRow(rows: Rows, key: string, client: CliClient): Reading {
  const token = decodeJson(rows.get(key));
  if (token === undefined) return unusable(`${key} is not a JSON object`);
  const region = token["region"] ?? defaultRegion;
  if (typeof region !== "string" || !isRegion(region)) return unusable(`${key} names no AWS region`);
  const accessToken = isToken(token["access_token"]) ? token["access_token"] : undefined;
  const registration = decodeJson(rows.get(registrationKeyOf(key)));
  const grant = isSocialKey(key)
    ? decodeSocialGrant(token, region)
    : decodeOidcGrant(token, registration, region);
  if (accessToken === undefined && grant === undefined)
    return unusable(`${key} holds neither an access token nor what a refresh needs`);
  const login: Login = {
    source: client.source,
    kind: isSocialKey(key) ? "social" : kindOf(token["start_url"]),
    accessToken,
    expiresAt: parseInstant(token["expires_at"]),
    grant,
    region,
    startUrl: isToken(token["start_url"]) ? token["start_url"] : undefined,
    profileArn:
      parseProfileArn(token["profile_arn"]) ?? parseProfileArn(decodeJson(rows.get(profileKey))?.["arn"]),
  };
  return { state: "login", login };
}

function decodeSocialGrant({ refresh_token }: JsonObject, region: string): RefreshGrant | undefined {
  return isToken(refresh_token) ? { refreshToken: refresh_token, region } : undefined;
}

/** Only a registration of the token's own region and flow can refresh it, as in the CLI itself. */
function decodeOidcGrant(
  token: JsonObject,
  registration: JsonObject | undefined,
  region: string,
): RefreshGrant | undefined {
  const refreshToken = token["refresh_token"];
  if (registration === undefined || !isToken(refreshToken)) return undefined;
  const { client_id: clientId, client_secret: clientSecret, client_secret_expires_at: expiry } = registration;
  if (!isToken(clientId) || !isToken(clientSecret)) return undefined;
  const isOfToken =
    (registration["region"] ?? region) === region &&
    sameFlow(registration["oauth_flow"], token["oauth_flow"]);
  const clientEndsAt = parseInstant(expiry) ?? undefined;
  return isOfToken ? { clientId, clientSecret, refreshToken, region, clientEndsAt } : undefined;
}

const sameFlow = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  typeof a !== "string" || typeof b !== "string" || a.toLowerCase() === b.toLowerCase();

const kindOf = (startUrl: JsonValue | undefined): LoginKind | undefined =>
  typeof startUrl === "string" ? kindAt(startUrl) : undefined;

const decodeJson = (value: unknown): JsonObject | undefined => parseJsonObject(rowText(value));

/** The text of a row, whose column has no fixed type; empty when it is none. */
export function rowText(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : "";
}
