import { parseJsonObject } from "../../../src/json.ts";

/** The login that the bridge starts with. */
export const firstLogin = {
  client_id: "soak",
  client_secret: "soak-secret",
  refresh_token: "aor-soak-0",
  access_token: "aoa-soak-0",
} as const;

/** The bridge takes no less. */
export const shortLifeSeconds = 60;
const longLifeSeconds = 86_400;

/** One account: its latest tokens are honoured, and each refresh token once. */
export interface Account {
  accepts(bearer: string): boolean;
  /** From now on the access token is refused. */
  expire(): void;
  /** So many of the next access tokens live briefly; the others outlast everything. */
  shorten(count: number): void;
  /** What OIDC answers to a request for tokens. */
  redeem(body: string): { status: number; body: object };
  stats(): { refreshes: number; refusedRefreshes: number };
}

export function createAccount(): Account {
  const honoured = new Set<string>([firstLogin.access_token]);
  let refreshToken: string = firstLogin.refresh_token;
  let refreshes = 0;
  let refusedRefreshes = 0;
  let short = 0;

  const issue = () => {
    refreshes++;
    refreshToken = `aor-soak-${refreshes}`;
    const accessToken = `aoa-soak-${refreshes}`;
    honoured.add(accessToken);
    const expiresIn = short-- > 0 ? shortLifeSeconds : longLifeSeconds;
    return { status: 200, body: { accessToken, refreshToken, expiresIn, tokenType: "Bearer" } };
  };

  return {
    // Those who measure the upstream itself bring none.
    accepts: (bearer) => bearer === "" || honoured.has(bearer),
    expire: () => honoured.clear(),
    shorten(count) {
      short = count;
    },
    redeem(body) {
      if (parseJsonObject(body)?.["refreshToken"] === refreshToken) return issue();
      refusedRefreshes++;
      return { status: 400, body: { error: "invalid_grant", error_description: "Not the latest." } };
    },
    stats: () => ({ refreshes, refusedRefreshes }),
  };
}
