import type { Login, UsableLogin } from "./login.ts";

/** Milliseconds that a login's access token still lives; without end when its expiry is unknown. */
export const lifeLeft = ({ expiresAt }: Login, now: number): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now;

/** The login whose living access token lasts longest; an unknown expiry is only believed when there is no known one. */
export function freshest(
  logins: readonly Login[],
  now: number,
  refused: ReadonlySet<string>,
): UsableLogin | undefined {
  const usable = logins.filter(
    (login): login is UsableLogin =>
      login.accessToken !== undefined && !refused.has(login.accessToken) && lifeLeft(login, now) > 0,
  );
  return usable.toSorted((a, b) => knownExpiry(b) - knownExpiry(a))[0];
}

const knownExpiry = ({ expiresAt }: Login): number => expiresAt?.getTime() ?? 0;
