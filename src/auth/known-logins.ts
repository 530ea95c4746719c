import type { Clock } from "../clock.ts";
import { freshest, lifeLeft } from "./freshest.ts";
import type { Login, LoginStore, UsableLogin } from "./login.ts";
import { type Survey, survey } from "./survey.ts";

/** What the stores hold, seen with what the service has refused. */
export interface KnownLogins {
  look(): Promise<Survey>;
  /** The one to use of these, by its access token. */
  best(logins: readonly Login[]): UsableLogin | undefined;
  /** Milliseconds that the access token still lives. */
  lifeOf(login: UsableLogin): number;
  /** No longer to use this access token, whatever its expiry. */
  refuse(accessToken: string, found: Survey): void;
}

export function createKnownLogins(stores: readonly LoginStore[], clock: Clock): KnownLogins {
  let refused: ReadonlySet<string> = new Set();
  return {
    look: () => survey(stores),
    best: (logins) => freshest(logins, clock.now(), refused),
    lifeOf: (login) => lifeLeft(login, clock.now()),
    refuse(accessToken, { logins }) {
      const held = new Set(logins.map((login) => login.accessToken));
      refused = new Set([...refused].filter((token) => held.has(token))).add(accessToken);
    },
  };
}
