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

export function createTokens(settings: Settings): Tokens {
  const { clock, random, tokenLifetimeSeconds, refreshTokenReuse } = settings;
  const expiry = () => clock.now() + tokenLifetimeSeconds * 1000;
  const expiries = new Map(settings.accessTokens.map((token) => [token, Number.POSITIVE_INFINITY]));
  const usesLeft = new Map(settings.refreshTokens.map((token) => [token, 1 + refreshTokenReuse]));

  const issue = () => {
    const accessToken = `aoa${randomText(random, 32)}`;
    const refreshToken = `aor${randomText(random, 96)}`;
    expiries.set(accessToken, expiry());
    usesLeft.set(refreshToken, 1 + refreshTokenReuse);
    return { accessToken, refreshToken, expiresIn: tokenLifetimeSeconds };
  };

  return {
    issue,
    accepts: (accessToken) => clock.now() < (expiries.get(accessToken) ?? 0),
    admit: (accessToken) => expiries.set(accessToken, expiry()),
    redeem(refreshToken) {
      const uses = usesLeft.get(refreshToken) ?? 0;
      if (uses === 0) return undefined;
      usesLeft.set(refreshToken, uses - 1);
      return issue();
    },
  };
}
