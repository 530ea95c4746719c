import type { UsableLogin } from "./login.ts";
import type { OwnLogin } from "./stores/own-login.ts";

/**
 * Keeps the profile that was found for the own file's login with it, so that a restart need not look it up. Of other
 * programs' logins their own programs keep what belongs to them.
 */
export const profileKeeper =
  (own: OwnLogin, locked: (work: () => Promise<void>) => Promise<void>) =>
  (login: UsableLogin, profileArn: string): void => {
    const keep = async () => {
      const reading = await own.read();
      // Since it was looked up, another login may have been handed over.
      const isHeld = reading.state === "login" && reading.login.accessToken === login.accessToken;
      if (isHeld) await own.save({ ...reading.login, profileArn });
    };
    // Where nothing can be written, it is looked up again.
    if (login.source === "own file") locked(keep).catch(() => {});
  };
