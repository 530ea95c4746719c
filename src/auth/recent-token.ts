import type { Clock } from "../clock.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { UsableLogin } from "./login.ts";
import type { AccessToken } from "./token-source.ts";

/** How long another program's change to a store may go unseen: looking at the stores is the slowest part. */
const recentMs = 1_000;

/** The token that the last look at the stores led to. */
interface RecentToken {
  /** Undefined when it is time to look at them again. */
  get(): AccessToken | undefined;
  /** Called before a look; the function it returns takes what the look led to. */
  look(): (login: UsableLogin, token: AccessToken) => void;
  /** Ignores looks under way, which may have seen what is no longer so. */
  forget(): void;
}

interface Look {
  startedAt: number;
  found?: { login: UsableLogin; token: AccessToken };
}

export function createRecentToken(clock: Clock, lifetimes: Lifetimes): RecentToken {
  let last: Look | undefined;
  return {
    get() {
      if (last?.found === undefined || clock.steady() - last.startedAt >= recentMs) return undefined;
      const { login, token } = last.found;
      return lifetimes.isDue(login) ? undefined : token;
    },
    look() {
      const look: Look = { startedAt: clock.steady() };
      last = look;
      return (login, token) => {
        look.found = { login, token };
      };
    },
    forget() {
      last = undefined;
    },
  };
}
