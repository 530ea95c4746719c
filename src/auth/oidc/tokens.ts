import { BridgeError } from "../../errors.ts";
import { parseJsonObject } from "../../json.ts";
import { isToken, parseProfileArn } from "../login.ts";
import type { OidcAnswer } from "./oidc-request.ts";

/** What a login service gives for a refresh token. */
export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  /** Undefined when the service leaves the old one in force. */
  refreshToken: string | undefined;
  /** Undefined where the service does not know of profiles. */
  profileArn: string | undefined;
  /** Seconds by which our clock is ahead of the service's. */
  skewSeconds: number;
}

const lifetimeSeconds = { min: 60, max: 86_400 };

/** The tokens in an answer of status 200; throws `protocol` when there are none. */
export function decodeTokens({ addressee, text, headers }: OidcAnswer, now: number): Tokens {
  const { accessToken, expiresIn, refreshToken, profileArn } = parseJsonObject(text) ?? {};
  const sound =
    isToken(accessToken) &&
    typeof expiresIn === "number" &&
    expiresIn > 0 &&
    (refreshToken === undefined || refreshToken === null || isToken(refreshToken));
  if (!sound)
    throw new BridgeError(
      "protocol",
      `${addressee} answered with something that is no login; check the network and try again.`,
    );
  const { min, max } = lifetimeSeconds;
  const lifetime = Math.min(Math.max(expiresIn, min), max);
  return {
    accessToken,
    expiresAt: new Date(now + lifetime * 1000),
    refreshToken: refreshToken ?? undefined,
    profileArn: parseProfileArn(profileArn),
    skewSeconds: skewOf(headers.get("date"), now),
  };
}

function skewOf(date: string | null, now: number): number {
  const theirs = Date.parse(date ?? "");
  return Number.isNaN(theirs) ? 0 : Math.round((now - theirs) / 1000);
}
