import type { Settings } from "../options.ts";
import { randomText } from "../random.ts";

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** What the service holds of logins: which access tokens it honours and which refresh tokens it would exchange. */
export interface Tokens {
  accepts(accessToken: string): boolean;
  /** Honours a token that was issued elsewhere, such as in a script. */
  admit(accessToken: string): void;
  issue(): IssuedTokens;
  /** New tokens for a refresh token, which is rotated by it; undefined when it is dead or unknown. */
  redeem(refreshToken: string): IssuedTokens | undefined;
}

const lifetimeSeconds = 3600;

export function createTokens(settings: Settings): Tokens {
  const { clock, random } = settings;
  const expiries = new Map(settings.accessTokens.map((token) => [token, Number.POSITIVE_INFINITY]));
  const refreshTokens = new Set(settings.refreshTokens);

  const admit = (accessToken: string) => expiries.set(accessToken, clock.now() + lifetimeSeconds * 1000);

  const issue = () => {
    const accessToken = `aoa${randomText(random, 32)}`;
    const refreshToken = `aor${randomText(random, 96)}`;
    admit(accessToken);
    refreshTokens.add(refreshToken);
    return { accessToken, refreshToken, expiresIn: lifetimeSeconds };
  };

  return {
    issue,
    accepts: (accessToken) => clock.now() < (expiries.get(accessToken) ?? 0),
    admit,
    redeem: (refreshToken) => (refreshTokens.delete(refreshToken) ? issue() : undefined),
  };
}
