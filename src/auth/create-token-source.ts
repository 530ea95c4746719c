import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createCliDatabase } from "./cli-database.ts";
import { decodeCredentials } from "./credentials-json.ts";
import { errorCode, type FileSystem } from "./durable-file.ts";
import { createKnownLogins } from "./known-logins.ts";
import type { Login, LoginStore, UsableLogin } from "./login.ts";
import { createLoginRefresh } from "./login-refresh.ts";
import { describeLogin } from "./login-status.ts";
import { createMemoryLogin } from "./memory-login.ts";
import { createObtain } from "./obtain.ts";
import type { OidcService } from "./oidc-request.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { orAborted } from "./or-aborted.ts";
import { createOwnLogin } from "./own-login.ts";
import { whileLocked } from "./refresh-lock.ts";
import { createRenewal } from "./renewal.ts";
import type { AccessToken, LoginInput, TokenSource } from "./token-source.ts";
import { watchedStore } from "./watched-store.ts";

export interface TokenSourceOptions {
  /** Path of `amazonq_credentials.json`; undefined to keep a refreshed login in memory only. */
  ownFile: string | undefined;
  /** Path of the Amazon Q CLI's database; undefined to do without it. */
  cliDatabase: string | undefined;
  oidc: OidcService;
  clock: Clock;
  log: Log;
  /** How long before its expiry a token is refreshed. */
  marginSeconds: number;
  /** For the pauses between tries; from 0 to 1. */
  random?: () => number;
  files?: FileSystem;
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { ownFile, oidc, clock, log, random = Math.random, files } = options;
  const marginMs = options.marginSeconds * 1000;
  const own =
    ownFile === undefined ? createMemoryLogin() : createOwnLogin({ path: ownFile, clock, log, files });
  const known = createKnownLogins([own, ...otherStores(options)], clock);
  const refresh = createLoginRefresh({ oidc, clock, log, random });

  const inTurn = oneAtATime();
  const lock = { path: ownFile && `${ownFile}.lock`, patienceMs: 2 * oidc.timeoutMs, clock, log };
  const locked = <T>(work: () => Promise<T>): Promise<T> => inTurn(() => whileLocked(lock, work));
  const renewal = createRenewal({ own, known, refresh, marginMs, locked, clock });
  const { obtain, obtainAnother, obtainNew } = createObtain({ known, renewal, refresh, marginMs });

  const wait = async (login: () => Promise<UsableLogin>, signal: AbortSignal | undefined) => {
    signal?.throwIfAborted();
    if (own.isRetryDue()) locked(own.retry);
    return toAccessToken(await orAborted(login(), signal));
  };

  return {
    get: (signal) => wait(obtain, signal),
    renew: ({ value }, signal) => wait(() => obtainAnother(value), signal),
    refresh: (signal) => wait(obtainNew, signal),
    async status() {
      const found = await known.look();
      const refreshable = found.logins.find(refresh.isPossible);
      return describeLogin(found, known.best(found.logins), refreshable, await own.isPersisted());
    },
    async set(input) {
      const login = decodeInput(input, clock.now());
      await locked(() => saveOrExplain(own.save, login));
      log.info("login.set");
    },
  };
}

/** Every store that is only read. */
const otherStores = ({ cliDatabase, clock, log }: TokenSourceOptions): LoginStore[] =>
  cliDatabase === undefined ? [] : [watchedStore(createCliDatabase(cliDatabase, clock), clock, log)];

const toAccessToken = ({ accessToken, expiresAt, profileArn }: UsableLogin): AccessToken => ({
  value: accessToken,
  expiresAt,
  profileArn,
});

function decodeInput(input: LoginInput, now: number): Login {
  const reading = decodeCredentials({ ...input }, new Date(now));
  if (reading.state === "login") return reading.login;
  throw new BridgeError("invalid-request", `The login cannot be used: ${reading.reason}.`);
}

async function saveOrExplain(save: (login: Login) => Promise<void>, login: Login): Promise<void> {
  try {
    await save(login);
  } catch (cause) {
    const message = `The login could not be written to the credentials file (${errorCode(cause)}).`;
    throw new BridgeError("internal", message, { cause });
  }
}
