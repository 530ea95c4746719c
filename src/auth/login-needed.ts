import { BridgeError } from "../errors.ts";
import type { Survey } from "./known-logins.ts";
import { isRegistered, type Login, type RefreshableLogin } from "./login.ts";
import type { LoginSource } from "./token-source.ts";

/** How a person renews a login, by its source. */
const mends = {
  "own file": "run `aqbridge login`, and the next request uses it",
  "Amazon Q CLI": "run `q login`, and the next request uses it",
  "kiro-cli": "run `kiro-cli login`, and the next request uses it",
  "Kiro IDE": "sign in to Kiro again, and the next request uses it",
  KIRO_API_KEY: "make another key, set KIRO_API_KEY to it and start again",
} as const satisfies Record<LoginSource, string>;

/** A login that its service has just refused to renew, and what it said. */
export interface RefusedLogin {
  login: RefreshableLogin;
  said: string;
}

interface Circumstances {
  /** The one that still lives. */
  best: Login | undefined;
  /** The last one that its service refused to renew. */
  refused: RefusedLogin | undefined;
  now: number;
}

/** Why no new token can be had, with the command that mends it. */
export function loginNeeded(
  { logins, searched, busy }: Survey,
  { best, refused, now }: Circumstances,
): BridgeError {
  if (busy !== undefined)
    return new BridgeError("busy", `A saved login cannot be read just now (${busy}); try again.`, {
      retryAfterSeconds: 1,
    });
  const login = refused?.login ?? best ?? logins.at(-1);
  if (login === undefined)
    return new BridgeError(
      "login",
      `No Amazon Q login was found; run \`q login\` or \`aqbridge login\`, and the next request uses it (searched ${searched.join("; ")}).`,
    );
  if (login.isLeftToOwner)
    return new BridgeError(
      "login",
      `The login of ${login.source} has expired, and only ${login.source} may refresh it since credentials.cli_write_back is false; use ${login.source} once, and the next request uses the new token.`,
    );
  const state = best === undefined ? "has expired and" : "is still valid, but";
  const why = refused ? `was refused by its login service (${refused.said})` : whyNot(login, now);
  return new BridgeError("login", `The Amazon Q login ${state} ${why}; ${mendOf(login)}.`);
}

const whyNot = ({ grant }: Login, now: number): string =>
  grant !== undefined && !isRegistered(grant, now)
    ? "its client registration has expired"
    : "cannot be refreshed";

/** The service refuses even a token that was made a moment ago; another refresh would not help. */
export const loginRefused = (login: Login | undefined): BridgeError =>
  new BridgeError(
    "login",
    `Amazon Q refuses the login although it has just been refreshed; ${mendOf(login)}.`,
  );

const mendOf = (login: Login | undefined): string =>
  mends[login?.refreshedFrom?.source ?? login?.source ?? "own file"];
