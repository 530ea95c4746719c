import type { Clock } from "../clock.ts";
import { errorCode } from "../error-code.ts";
import { BridgeError } from "../errors.ts";
import { orAborted } from "../http/or-aborted.ts";
import type { Log } from "../log.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { createKnownLogins } from "./known-logins.ts";
import { createLifetimes } from "./lifetimes.ts";
import type { Login, LoginStore, UsableLogin } from "./login.ts";
import { createLoginChoice } from "./login-choice.ts";
import { createLoginRefresh } from "./login-refresh.ts";
import { describeLogin } from "./login-status.ts";
import { createObtain } from "./obtain.ts";
import type { ProfileService } from "./oidc/list-profiles.ts";
import type { OidcService } from "./oidc/oidc-request.ts";
import { createProfiles } from "./profiles.ts";
import { createRecentToken } from "./recent-token.ts";
import type { RefusedGrants } from "./refused-grants.ts";
import { createRenewal } from "./renewal.ts";
import { decodeCredentials } from "./stores/credentials-json.ts";
import type { OwnLogin } from "./stores/own-login.ts";
import { createWriteBack } from "./stores/write-back.ts";
import type { AccessToken, LoginInput, TokenSource } from "./token-source.ts";

export interface TokenSourceOptions {
  own: OwnLogin;
  /** Other programs' logins; their refresh tokens are used in this order, after the own login's. */
  others: readonly LoginStore[];
  refused: RefusedGrants;
  /** Does the work while nobody else who shares the own login can change it. */
  locked: <T>(work: () => Promise<T>) => Promise<T>;
  oidc: OidcService;
  /** Undefined never to ask for profiles. */
  profiles: ProfileService | undefined;
  clock: Clock;
  log: Log;
  /** How long before its expiry a token is refreshed. */
  marginSeconds: number;
  /** For the pauses between tries; from 0 to 1. */
  random: () => number;
  /** Told how each refresh ended. */
  onRefresh?: ((outcome: "ok" | "failed") => void) | undefined;
  /** Told the secrets of each login that is read, made or given. */
  learn?: Secrets["learn"];
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { own, others, refused, locked, clock, log, learn = () => {} } = options;
  const lifetimes = createLifetimes(clock, options.marginSeconds * 1000);
  const learnLogin = ({ source, accessToken, grant }: Login): void =>
    learn(source, [accessToken, grant?.refreshToken, grant?.clientSecret]);
  const stores = [own, ...others].map((store) => readingWith(store, learnLogin));
  const known = createKnownLogins(stores, lifetimes);
  const refresh = createLoginRefresh({ ...options, lifetimes, learn });
  const payDebt = async () => writeBack.pay((await known.look()).owed);
  const tryAgain = () => void locked(payDebt).catch(() => {});
  const writeBack = createWriteBack({ clock, log, tryAgain });
  const profiles = createProfiles(options);
  const followed = createLoginChoice(log);
  const recent = createRecentToken(clock, lifetimes);
  const renewal = createRenewal({ ...options, known, refresh, writeBack, lifetimes });
  const { obtain, obtainAnother, obtainNew } = createObtain({ known, renewal, lifetimes });

  /** Does what an earlier failure or crash left undone; nobody waits for it. */
  const catchUp = async (): Promise<void> => {
    if (own.isRetryDue()) await locked(own.retry);
    if (writeBack.isDue(known.owed())) await locked(payDebt);
  };

  const toAccessToken = async (login: UsableLogin): Promise<AccessToken> => ({
    value: login.accessToken,
    expiresAt: login.expiresAt,
    profileArn: await profiles.of(login),
    ...(login.kind === "api-key" && { type: "API_KEY" as const }),
  });

  const tokenOf = async (obtained: () => Promise<UsableLogin>): Promise<AccessToken> => {
    const remember = recent.look();
    const login = await followed(obtained());
    catchUp().catch(() => {});
    const token = await toAccessToken(login);
    remember(login, token);
    return token;
  };

  const wait = async (obtained: () => Promise<UsableLogin>, signal: AbortSignal | undefined) => {
    signal?.throwIfAborted();
    return orAborted(tokenOf(obtained), signal);
  };

  return {
    async get(signal) {
      return recent.get() ?? wait(obtain, signal);
    },
    renew: ({ value }, signal) => wait(() => obtainAnother(value), signal),
    refresh: (signal) => wait(obtainNew, signal),
    async status() {
      await refused.recall();
      const found = await known.look();
      const usable = known.best(found.logins);
      const refreshable = found.logins.find(refresh.isPossible);
      const persisted = await own.isPersisted();
      return describeLogin(found, { usable, refreshable, profileOf: profiles.known, persisted });
    },
    async set(input) {
      const login = decodeInput(input, clock.now());
      learnLogin(login);
      await locked(async () => {
        // The file may hold the only tokens that still renew another program's login.
        await payDebt();
        await own.save(login).catch(unwritable);
        recent.forget();
        await refused.forget(login);
      });
      log.info("login.set");
    },
  };
}

/** The same store, which passes on each login that is read. */
const readingWith = (store: LoginStore, onLogin: (login: Login) => void): LoginStore => ({
  ...store,
  async read() {
    const reading = await store.read();
    if (reading.state === "login") onLogin(reading.login);
    return reading;
  },
});

function decodeInput(input: LoginInput, now: number): Login {
  const reading = decodeCredentials({ ...input }, new Date(now));
  if (reading.state === "login") return reading.login;
  throw new BridgeError("invalid-request", `The login cannot be used: ${reading.reason}.`);
}

function unwritable(cause: unknown): never {
  const message = `The login could not be written to the credentials file (${errorCode(cause)}).`;
  throw new BridgeError("internal", message, { cause });
}
