import { defaultRegion, isRegion } from "../../aws.ts";
import { type JsonObject, type JsonValue, parseJsonObject } from "../../json.ts";
import {
  type Login,
  parseGrant,
  parseInstant,
  parseProfileArn,
  parseToken,
  type Reading,
  unusable,
} from "../login.ts";
import { kindAt } from "../oidc/builder-id.ts";
import type { LoginKind } from "../token-source.ts";
import { type CliClient, profileKey, registrationKeyOf } from "./cli-client.ts";

/** Values by key, of whatever type SQLite found. */
export type Rows = ReadonlyMap<string, unknown>;

/** The login in the rows, of several the one that expires last. A reason names what is unreadable, and never quotes it. */
export function decodeCliLogin(rows: Rows, client: CliClient): Reading {
  const readings = client.tokenKeys
    .filter((key) => rows.has(key))
    .map((key) => decodeTokenRow(rows, key, client));
  const logins = readings.filter((reading) => reading.state === "login");
  const signedOut: Reading = { state: "signed-out", reason: `the ${client.source} is not logged in` };
  return logins.toSorted((a, b) => expiryOf(b.login) - expiryOf(a.login))[0] ?? readings[0] ?? signedOut;
}

const expiryOf = ({ expiresAt }: Login): number => expiresAt?.getTime() ?? 0;

/** The login in one of the client's token rows and the rows that go with it. */
export function decodeTokenRow(rows: Rows, key: string, client: CliClient): Reading {
  const token = decodeJson(rows.get(key));
  if (token === undefined) return unusable(`${key} is not a JSON object`);
  const region = token["region"] ?? defaultRegion;
  if (typeof region !== "string" || !isRegion(region)) return unusable(`${key} names no AWS region`);
  const startUrl = parseToken(token["start_url"]);
  const kind = kindOf(key, startUrl);
  const registration = decodeJson(rows.get(registrationKeyOf(key))) ?? {};
  const { client_id, client_secret, client_secret_expires_at } = isFor(token, registration, region)
    ? registration
    : {};
  const grant = parseGrant({
    kind,
    region,
    refreshToken: token["refresh_token"],
    clientId: client_id,
    clientSecret: client_secret,
    clientEndsAt: client_secret_expires_at,
  });
  const accessToken = parseToken(token["access_token"]);
  if (accessToken === undefined && grant === undefined)
    return unusable(`${key} holds neither an access token nor what a refresh needs`);
  const login: Login = {
    source: client.source,
    kind,
    accessToken,
    expiresAt: parseInstant(token["expires_at"]),
    grant,
    region,
    startUrl,
    profileArn:
      parseProfileArn(token["profile_arn"]) ?? parseProfileArn(decodeJson(rows.get(profileKey))?.["arn"]),
  };
  return { state: "login", login };
}

function kindOf(key: string, startUrl: string | undefined): LoginKind | undefined {
  if (key.includes(":social:")) return "social";
  return startUrl === undefined ? undefined : kindAt(startUrl);
}

/** As in the CLI itself, a token can only be refreshed by a registration of its own region and flow. */
const isFor = (token: JsonObject, registration: JsonObject, region: string): boolean =>
  (registration["region"] ?? region) === region && sameFlow(registration["oauth_flow"], token["oauth_flow"]);

const sameFlow = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  typeof a !== "string" || typeof b !== "string" || a.toLowerCase() === b.toLowerCase();

const decodeJson = (value: unknown): JsonObject | undefined => parseJsonObject(rowText(value));

/** The text of a row, whose column has no fixed type; empty for anything but text. */
export function rowText(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : "";
}
