import type { Clock } from "../clock.ts";
import type { Login } from "./login.ts";

/** How long access tokens live. */
export interface Lifetimes {
  /** Milliseconds left; infinite when the expiry is unknown. */
  left(login: Login): number;
  /** Whether to refresh: near the expiry or, if it can be done, when the expiry is unknown (fault row 71). */
  isDue(login: Login): boolean;
  /** Whether other bridges that share the login consider it due, however new it is. */
  isWithinMargin(login: Login): boolean;
  /** Remembers a token that was made just now. */
  begin(accessToken: string, lifetimeMs: number): void;
  /** Milliseconds since the token was made; infinite when it was not made here, or another was made since. */
  age(accessToken: string | undefined): number;
}

/**
 * By the wall clock, and for a token made here also by the steady one, whichever leaves less: the wall clock may be set
 * back, and the steady one may stop while the machine sleeps.
 */
export function createLifetimes(clock: Clock, marginMs: number): Lifetimes {
  let newest: { accessToken: string; madeAt: number; endsAt: number } | undefined;
  const made = (accessToken: string | undefined) =>
    newest !== undefined && newest.accessToken === accessToken ? newest : undefined;

  const left = ({ accessToken, expiresAt }: Login): number => {
    const byWall = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - clock.now();
    const own = made(accessToken);
    return own === undefined ? byWall : Math.min(byWall, own.endsAt - clock.steady());
  };

  return {
    left,
    isDue(login) {
      const life = left(login);
      if (life === Number.POSITIVE_INFINITY) return login.grant !== undefined;
      const own = made(login.accessToken);
      const whole = own === undefined ? Number.POSITIVE_INFINITY : own.endsAt - own.madeAt;
      // With a margin as long as the token's life, every request would refresh it.
      return life <= (marginMs < whole ? marginMs : whole / 2);
    },
    isWithinMargin: (login) => left(login) <= marginMs,
    begin(accessToken, lifetimeMs) {
      newest = { accessToken, madeAt: clock.steady(), endsAt: clock.steady() + lifetimeMs };
    },
    age(accessToken) {
      const own = made(accessToken);
      return own === undefined ? Number.POSITIVE_INFINITY : clock.steady() - own.madeAt;
    },
  };
}
