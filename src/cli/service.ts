import { serviceEndpoint } from "../amazonq/endpoint.ts";
import type { ExchangeOptions } from "../amazonq/exchange.ts";
import { openTokenSource } from "../auth/open-token-source.ts";
import { optsOutOfSharing } from "../auth/stores/cli-settings.ts";
import { cliSettingsPath } from "../auth/stores/locations.ts";
import type { LoginStatus, TokenSource } from "../auth/token-source.ts";
import type { Surroundings } from "../base-folder.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/options.ts";
import { type ProxyOf, proxyFor } from "../http/proxy.ts";
import { createSecureFetch } from "../http/secure-fetch.ts";
import { type Log, silentLog } from "../log.ts";
import { withFileAlarm } from "../process/file-alarm.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { userAgent } from "../version.ts";
import { loginEndpoint, loginPlaces } from "./login-places.ts";

/** How Amazon Q is reached: the real one or the demo's. */
export interface Service extends ExchangeOptions {
  tokens: TokenSource;
  /** The proxy on the way to a URL. */
  proxyOf: ProxyOf;
  /** Where logins are refreshed, for display; null where none are. */
  oidcHost: (region: string) => string | null;
  /** Resolves once nothing that must not be lost is under way, such as a refresh of the login. */
  stop: () => Promise<void>;
}

export interface ServiceOptions {
  config: Config;
  surroundings: Surroundings;
  clock: Clock;
  log: Log;
  newId: () => string;
  /** Learns those of the login. */
  secrets: Secrets;
  /** Hears how each refresh of the login ended. */
  onRefresh?: (outcome: "ok" | "failed") => void;
}

/** Amazon Q itself, with the user's own login. */
export function amazonService(options: ServiceOptions): Service {
  const { config, surroundings, clock, log, secrets, onRefresh } = options;
  const proxyOf: ProxyOf = (url) => proxyFor(url, surroundings.environment);
  const { caCertificates, sslVerify: verify } = config;
  const fetch = withFileAlarm(createSecureFetch({ caCertificates, verify, proxyOf }), { clock, log });
  const oidcHost = loginEndpoint(config);
  const reached = { fetch, userAgent, timeoutMs: config.oidcTimeoutSeconds * 1000 };
  const tokens = openTokenSource({
    ...loginPlaces(config, surroundings),
    ownFile: config.credentialsFile,
    writesBack: config.cliWriteBack,
    oidc: { ...reached, endpoint: oidcHost, socialEndpoint: loginEndpoint(config, "social") },
    profiles: asksForProfiles(config) ? { ...reached, endpoints: profileEndpoints } : undefined,
    clock,
    log: config.logTokenRefresh ? log : { ...silentLog, warn: log.warn, error: log.error },
    marginSeconds: config.tokenRefreshMarginSeconds,
    onRefresh,
    learn: secrets.learn,
  });
  /** With the profile that requests name. */
  const status = async (): Promise<LoginStatus> => {
    const found = await tokens.status();
    return { ...found, profileArn: config.profileArn ?? found.profileArn };
  };
  return {
    fetch,
    proxyOf,
    tokens: { ...tokens, status },
    userAgent,
    mask: secrets.mask,
    endpoint: serviceEndpoint(config),
    oidcHost,
    optsOutOfSharing: remembered(clock, settingsAgeMs, () => optsOutOfSharing(cliSettingsPath(surroundings))),
    stop: tokens.settled,
  };
}

/** The regions that serve profiles (contract 1.1). */
const profileEndpoints = ["us-east-1", "eu-central-1"].map((region) => `https://q.${region}.amazonaws.com`);

/** Like the Amazon Q CLI, which sends no profile to an address of the user's own (contract 1.6). */
const asksForProfiles = ({ endpoint, profileArn }: Config): boolean =>
  endpoint === undefined && profileArn === undefined;

/** How long a change of the CLI's settings may go unseen. */
const settingsAgeMs = 60_000;

function remembered<T>(clock: Clock, maxAgeMs: number, read: () => Promise<T>): () => Promise<T> {
  let latest: { value: Promise<T>; readAt: number } | undefined;
  return () => {
    if (!latest || clock.steady() - latest.readAt > maxAgeMs)
      latest = { value: read(), readAt: clock.steady() };
    return latest.value;
  };
}
