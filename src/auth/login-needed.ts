import { BridgeError } from "../errors.ts";
import type { Survey } from "./survey.ts";

const mend = "run `q login`, and the next request uses it";

/** Why there is no token and none can be had, with the command that mends it. */
export function loginNeeded({ logins, searched, isBusy }: Survey): BridgeError {
  if (isBusy)
    return new BridgeError("busy", "The Amazon Q CLI's database is locked by another program; try again.", {
      retryAfterSeconds: 1,
    });
  if (logins.length === 0)
    return new BridgeError(
      "login",
      `No Amazon Q login was found; ${mend} (searched ${searched.join("; ")}).`,
    );
  return new BridgeError("login", `The Amazon Q login has expired and cannot be refreshed; ${mend}.`);
}

/** The service refuses even a token that was made a moment ago; another refresh would not help. */
export const loginRefused = (): BridgeError =>
  new BridgeError("login", `Amazon Q refuses the login although it was refreshed just now; ${mend}.`);
