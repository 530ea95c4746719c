import { serviceEndpoint } from "../amazonq/endpoint.ts";
import type { ExchangeOptions } from "../amazonq/exchange.ts";
import { optsOutOfSharing } from "../auth/cli-settings.ts";
import { cliDatabasePath, cliSettingsPath, kiroDatabasePaths, kiroIdePath } from "../auth/locations.ts";
import { openTokenSource } from "../auth/open-token-source.ts";
import { defaultRegion } from "../auth/region.ts";
import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import type { Clock } from "../clock.ts";
import type { Surroundings } from "../config/folders.ts";
import type { Config } from "../config/options.ts";
import { BridgeError } from "../errors.ts";
import { createSecureFetch } from "../http/secure-fetch.ts";
import { type Log, silentLog } from "../log.ts";
import { startSimulator } from "../simulator/listen.ts";
import { version } from "../version.ts";

/** How Amazon Q is reached: the real one or the demo's. */
export interface Service extends ExchangeOptions {
  tokens: TokenSource;
  /** Where logins are refreshed, for a person to read; null where none are. */
  oidcHost: (region: string) => string | null;
  /** Resolves once nothing is under way that must not be lost, such as a refreshed login. */
  stop: () => Promise<void>;
}

export interface ServiceOptions {
  config: Config;
  surroundings: Surroundings;
  clock: Clock;
  log: Log;
  newId: () => string;
  /** Hears how each refresh of the login has ended. */
  onRefresh?: (outcome: "ok" | "failed") => void;
}

const userAgent = `aqbridge/${version}`;

/** Amazon Q itself, with the user's own login. */
export function amazonService({ config, surroundings, clock, log, onRefresh }: ServiceOptions): Service {
  const fetch = createSecureFetch({ caCertificates: config.caCertificates, verify: config.sslVerify });
  const oidcHost = (region: string) => config.oidcEndpoint ?? `https://oidc.${region}.amazonaws.com`;
  const socialHost = (region: string) =>
    config.oidcEndpoint ?? `https://prod.${region}.auth.desktop.kiro.dev`;
  const reached = { fetch, userAgent, timeoutMs: config.oidcTimeoutSeconds * 1000 };
  const tokens = openTokenSource({
    ownFile: config.credentialsFile,
    cliDatabase: config.cliDatabase ?? cliDatabasePath(surroundings),
    kiroDatabases: config.kiroDatabase ? [config.kiroDatabase] : kiroDatabasePaths(surroundings),
    kiroIdeFile: kiroIdePath(surroundings),
    kiroApiKey: config.kiroApiKey,
    writesBack: config.cliWriteBack,
    oidc: { ...reached, endpoint: oidcHost, socialEndpoint: socialHost },
    profiles: asksForProfiles(config) ? { ...reached, endpoints: profileEndpoints } : undefined,
    clock,
    log: config.logTokenRefresh ? log : { ...silentLog, warn: log.warn, error: log.error },
    marginSeconds: config.tokenRefreshMarginSeconds,
    onRefresh,
  });
  return {
    fetch,
    tokens,
    userAgent,
    endpoint: serviceEndpoint(config),
    oidcHost,
    optsOutOfSharing: remembered(clock, settingsAgeMs, () => optsOutOfSharing(cliSettingsPath(surroundings))),
    stop: tokens.settled,
  };
}

/** The regions that serve profiles (contract 1.1). */
const profileEndpoints = ["us-east-1", "eu-central-1"].map((region) => `https://q.${region}.amazonaws.com`);

/** As the Amazon Q CLI, which sends no profile to an address of the user's own (contract 1.6). */
const asksForProfiles = ({ endpoint, profileArn }: Config): boolean =>
  endpoint === undefined && profileArn === undefined;

/** How long a change of the CLI's settings may go unseen. */
const settingsAgeMs = 60_000;

function remembered<T>(clock: Clock, maxAgeMs: number, read: () => Promise<T>): () => Promise<T> {
  let latest: { value: Promise<T>; readAt: number } | undefined;
  return () => {
    if (!latest || clock.now() - latest.readAt > maxAgeMs) latest = { value: read(), readAt: clock.now() };
    return latest.value;
  };
}

/** A few words at a time, as fast as a person reads along. */
const paceMs = 25;

/** A simulated Amazon Q on a port of its own, and a login that it accepts. */
export function demoService({ clock, newId }: ServiceOptions): Service {
  const token = `demo-${newId()}`;
  const { url, stop } = startSimulator({ clock, accessTokens: [token], paceMs, keepRequests: 0 });
  return {
    fetch: createSecureFetch({ caCertificates: [], verify: true }),
    tokens: fixedToken({ value: token, expiresAt: null, profileArn: undefined }),
    userAgent,
    endpoint: () => url,
    oidcHost: () => null,
    optsOutOfSharing: async () => true,
    stop,
  };
}

function fixedToken(token: AccessToken): TokenSource {
  const get = async () => token;
  return {
    get,
    renew: get,
    refresh: get,
    status: async () => ({
      state: "ready",
      source: null,
      expiresAt: null,
      canRefresh: false,
      region: defaultRegion,
      profileArn: null,
      persisted: false,
      searched: [],
    }),
    set: async () => {
      throw new BridgeError(
        "invalid-request",
        "The demo has a login of its own; start without --demo to set yours.",
      );
    },
  };
}
