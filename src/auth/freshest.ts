import type { Login, UsableLogin } from "./login.ts";

/**
 * The login whose living access token lasts longest. An API key has no end; an unknown expiry is only believed when
 * there is no known one.
 */
export function freshest(
  logins: readonly Login[],
  lifeLeft: (login: Login) => number,
  refused: ReadonlySet<string>,
): UsableLogin | undefined {
  const usable = logins.filter(
    (login): login is UsableLogin =>
      login.accessToken !== undefined && !refused.has(login.accessToken) && lifeLeft(login) > 0,
  );
  return usable.toSorted((a, b) => knownExpiry(b) - knownExpiry(a))[0];
}

const latest = 8.64e15;

const knownExpiry = ({ kind, expiresAt }: Login): number =>
  kind === "api-key" ? latest : (expiresAt?.getTime() ?? 0);
