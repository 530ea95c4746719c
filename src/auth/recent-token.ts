import type { SteadyTime } from "../clock.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { UsableLogin } from "./login.ts";
import type { AccessToken } from "./token-source.ts";

/** How long a change of the stores by another program may go unseen: looking at them takes longer than all else here. */
const recentMs = 1_000;

/** The token that the last look at the stores has led to. */
export interface RecentToken {
  /** Undefined when it is time to look at them again. */
  get(): AccessToken | undefined;
  /** To be called before a look; what that leads to is then given to the function. */
  look(): (login: UsableLogin, token: AccessToken) => void;
  /** Whatever looks are under way may have seen what is no longer so. */
  forget(): void;
}

interface Look {
  startedAt: number;
  found?: { login: UsableLogin; token: AccessToken };
}

export function createRecentToken(steady: SteadyTime, lifetimes: Lifetimes): RecentToken {
  let last: Look | undefined;
  return {
    get() {
      if (last?.found === undefined || steady() - last.startedAt >= recentMs) return undefined;
      const { login, token } = last.found;
      return lifetimes.isDue(login) ? undefined : token;
    },
    look() {
      const look: Look = { startedAt: steady() };
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
