import { freshest } from "./freshest.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Login, LoginStore, UsableLogin } from "./login.ts";
import { type Debt, type Survey, survey } from "./survey.ts";

/** More than the stores can hold at a time. */
const maxRefused = 50;

/** What the stores hold, seen with what the service has refused. */
export interface KnownLogins {
  look(): Promise<Survey>;
  /** What was owed at the last look. */
  owed(): Debt | undefined;
  /** The one to use of these, by its access token. */
  best(logins: readonly Login[]): UsableLogin | undefined;
  /** No longer to use this access token, whatever its expiry. */
  refuse(accessToken: string): void;
}

export function createKnownLogins(stores: readonly LoginStore[], lifetimes: Lifetimes): KnownLogins {
  let refused: ReadonlySet<string> = new Set();
  let last: Survey | undefined;
  return {
    async look() {
      last = await survey(stores);
      return last;
    },
    owed: () => last?.owed,
    best: (logins) => freshest(logins, lifetimes.left, refused),
    refuse(accessToken) {
      refused = new Set([...refused, accessToken].slice(-maxRefused));
    },
  };
}
