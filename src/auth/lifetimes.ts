import type { Clock, SteadyTime } from "../clock.ts";
import type { Login } from "./login.ts";

/** How long access tokens live. */
export interface Lifetimes {
  /** Milliseconds left; without end when the expiry is unknown. */
  left(login: Login): number;
  /** Whether to refresh: near the end and, where that can be done at all, when nobody says when that is (fault row 71). */
  isDue(login: Login): boolean;
  /** Whether others who share the login take it for due, be it new or not. */
  isWithinMargin(login: Login): boolean;
  /** Remembers a token that was made just now. */
  begin(accessToken: string, lifetimeMs: number): void;
  /** Milliseconds since the token was made; without end when it was not made here, or another was made since. */
  age(accessToken: string | undefined): number;
}

/**
 * By the wall clock, and for a token made here also by the steady one, since the wall clock may be set back; whichever
 * says the less, since the steady one may have slept.
 */
export function createLifetimes(clock: Clock, steady: SteadyTime, marginMs: number): Lifetimes {
  let newest: { accessToken: string; madeAt: number; endsAt: number } | undefined;
  const made = (accessToken: string | undefined) =>
    newest !== undefined && newest.accessToken === accessToken ? newest : undefined;

  const left = ({ accessToken, expiresAt }: Login): number => {
    const byWall = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - clock.now();
    const own = made(accessToken);
    return own === undefined ? byWall : Math.min(byWall, own.endsAt - steady());
  };

  return {
    left,
    isDue(login) {
      const life = left(login);
      if (life === Number.POSITIVE_INFINITY) return login.grant !== undefined;
      const own = made(login.accessToken);
      const whole = own === undefined ? Number.POSITIVE_INFINITY : own.endsAt - own.madeAt;
      // With a margin as long as its life each request would make a new one.
      return life <= (marginMs < whole ? marginMs : whole / 2);
    },
    isWithinMargin: (login) => left(login) <= marginMs,
    begin(accessToken, lifetimeMs) {
      newest = { accessToken, madeAt: steady(), endsAt: steady() + lifetimeMs };
    },
    age(accessToken) {
      const own = made(accessToken);
      return own === undefined ? Number.POSITIVE_INFINITY : steady() - own.madeAt;
    },
  };
}
