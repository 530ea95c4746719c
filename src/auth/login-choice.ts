import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { UsableLogin } from "./login.ts";

/** Tells the log which login is used whenever that changes; the promise given back settles as the one given does. */
export function createLoginChoice(log: Log): (login: Promise<UsableLogin>) => Promise<UsableLogin> {
  let last: string | undefined;
  const isNews = (choice: string): boolean => {
    const changed = choice !== last;
    last = choice;
    return changed;
  };

  return async (login) => {
    try {
      const { source, kind, region, refreshedFrom } = await login;
      const choice = { source: refreshedFrom?.source ?? source, kind, region };
      if (isNews(JSON.stringify(choice))) log.info("login.used", choice);
    } catch (error) {
      const { kind, message } = BridgeError.from(error);
      if (kind === "login" && isNews("none")) log.warn("login.none", { reason: message });
    }
    return login;
  };
}
