import { isJsonObject, type JsonObject } from "../../json.ts";
import { asText } from "../narrow.ts";
import type { Settings } from "../options.ts";
import { type Random, randomText } from "../random.ts";
import type { ScriptedHttpAnswer, ScriptedTokenAnswer } from "../script.ts";
import { createClients } from "./clients.ts";
import { oidcError } from "./oidc-errors.ts";
import type { Tokens } from "./tokens.ts";

interface OidcOptions extends Settings {
  tokens: Tokens;
  /** The next scripted answer for a token request. */
  nextScripted: () => ScriptedTokenAnswer | undefined;
}

type Answering = (body: JsonObject) => ScriptedHttpAnswer;

/** SSO-OIDC and the social login, as far as a program meets them; each member answers the JSON of one request. */
export type Oidc = Readonly<Record<"register" | "authorizeDevice" | "token" | "refreshSocial", Answering>>;

const deviceCodeSeconds = 600;

export function createOidc(options: OidcOptions): Oidc {
  const { clock, random, tokens, profileArn, nextScripted } = options;
  const clients = createClients(options);
  const deviceCodeExpiries = new Map<string, number>();

  const authorizeDevice: Answering = ({ startUrl }) => {
    if (!asText(startUrl)) return oidcError("invalid_request", "A start URL is required");
    const deviceCode = randomText(random, 24);
    deviceCodeExpiries.set(deviceCode, clock.now() + deviceCodeSeconds * 1000);
    return { status: 200, body: deviceAuthorization(deviceCode, asText(startUrl), random) };
  };

  const redeemRefreshToken: Answering = ({ refreshToken }) => {
    const issued = tokens.redeem(asText(refreshToken));
    if (!issued) return oidcError("invalid_grant", "Invalid refresh token provided");
    return { status: 200, body: { ...issued, tokenType: "Bearer" } };
  };

  const redeemDeviceCode: Answering = ({ deviceCode }) => {
    const expiresAt = deviceCodeExpiries.get(asText(deviceCode));
    if (expiresAt === undefined) return oidcError("invalid_grant", "Invalid grant provided");
    if (clock.now() >= expiresAt) return oidcError("expired_token", "Device code is expired");
    deviceCodeExpiries.delete(asText(deviceCode));
    return { status: 200, body: { ...tokens.issue(), tokenType: "Bearer" } };
  };

  const grants = new Map<unknown, Answering>([
    ["refresh_token", redeemRefreshToken],
    ["urn:ietf:params:oauth:grant-type:device_code", redeemDeviceCode],
  ]);

  const scriptedOr =
    (answering: Answering): Answering =>
    (body) => {
      const scripted = nextScripted();
      return scripted ? performScript(scripted, tokens) : answering(body);
    };

  return {
    register: clients.register,
    authorizeDevice: (body) => clients.refuse(body) ?? authorizeDevice(body),
    token: scriptedOr((body) => {
      const grant = grants.get(body["grantType"]);
      if (!grant) return oidcError("unsupported_grant_type", "Unsupported grant type provided");
      return clients.refuse(body) ?? grant(body);
    }),
    refreshSocial: scriptedOr(({ refreshToken }) => {
      const issued = tokens.redeem(asText(refreshToken));
      if (!issued) return { status: 401, body: { message: "Bad credentials" } };
      return { status: 200, body: { ...issued, ...(profileArn && { profileArn }) } };
    }),
  };
}

function performScript(scripted: ScriptedTokenAnswer, tokens: Tokens): ScriptedHttpAnswer {
  if ("error" in scripted) {
    const { error, description = `The script says ${error}.`, delayMs = 0 } = scripted;
    return { ...oidcError(error, description), delayMs };
  }
  if (scripted.status === 200 && isJsonObject(scripted.body))
    tokens.admit(asText(scripted.body["accessToken"]));
  return scripted;
}

function deviceAuthorization(deviceCode: string, startUrl: string, random: Random): JsonObject {
  const userCode = `${fourLetters(random)}-${fourLetters(random)}`;
  const verificationUri = `${startUrl.replace(/\/+$/, "")}/#/device`;
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
    expiresIn: deviceCodeSeconds,
    interval: 1,
  };
}

/** Consonants only: no words. */
const fourLetters = (random: Random): string =>
  Array.from(random(4), (byte) => "BCDFGHJKLMNPQRSTVWXZ"[byte % 20]).join("");
