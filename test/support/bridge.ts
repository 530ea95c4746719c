import { randomUUID } from "node:crypto";
import type { ModelList } from "../../src/amazonq/models/model-list.ts";
import { builtInModels } from "../../src/amazonq/models/models.ts";
import type { RetryBucket } from "../../src/amazonq/recovery/retry.ts";
import { createAmazonQ } from "../../src/amazonq/upstream.ts";
import type { AccessToken, TokenSource } from "../../src/auth/token-source.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/options.ts";
import { BridgeError } from "../../src/errors.ts";
import type { Fetch } from "../../src/http/fetch.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { listen } from "../../src/listen.ts";
import type { Brake } from "../../src/protocols/brake.ts";
import { createSecrets, type Secrets } from "../../src/secrets/secrets.ts";
import { createServer } from "../../src/server.ts";
import { startSimulator } from "../../src/simulator/listen.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/simulator.ts";
import { load } from "./config.ts";
import { canary, taint } from "./taint.ts";
import { overheard, overheardFetch } from "./taint-answers.ts";
import { watchedLog } from "./watched-log.ts";

export { until as eventually } from "./event-loop.ts";

export interface BridgeOptions {
  config?: Partial<Config>;
  /** Of the bridge and of the simulator. */
  clock?: Clock;
  simulator?: SimulatorOptions;
  tokens?: TokenSource;
  /** Takes the simulator's place. */
  endpoint?: string;
  /** Trusted besides the built-in authorities. */
  caCertificates?: readonly string[];
  /** Takes the place of the one that trusts those. */
  fetch?: (clock: Clock) => Fetch;
  modelList?: ModelList;
  /** For ever empty unless given: the service is asked once, and a test says itself where it is asked again. */
  bucket?: RetryBucket;
  /** From 0 to 1, for the delays of retries. */
  random?: () => number;
  /** None unless given: tests send the same too long conversation as often as they like. */
  brake?: Brake;
}

export interface Bridge {
  /** Without a path. */
  url: string;
  simulator: Simulator;
  /** Lines written so far. */
  log: readonly string[];
  /** Requests that the simulator has not finished answering. */
  openUpstream(): number;
  /** Cuts whatever is still being answered. */
  stop(): Promise<void>;
}

const noRetries: RetryBucket = { take: () => false, refill() {}, level: () => 0 };

export const accessToken = canary("aoa");

/** The real server over the real upstream code, with a simulator for the service and a login that it accepts. */
export function startBridge({
  config: overrides = {},
  clock = systemClock,
  simulator: simulatorOptions = {},
  tokens = fixedTokens(accessToken),
  endpoint,
  caCertificates = [],
  fetch = () => createSecureFetch({ caCertificates, verify: true }),
  modelList = { current: () => builtInModels, refresh: async () => {} },
  bucket = noRetries,
  random = Math.random,
  brake = async () => {},
}: BridgeOptions = {}): Bridge {
  const config: Config = { ...load().config, ...overrides };
  const service = startSimulator({
    accessTokens: [accessToken],
    keepRequests: 10_000,
    clock,
    ...simulatorOptions,
  });
  const { learn, mask } = createSecrets();
  const { log, lines } = watchedLog(config, { mask }, clock);
  const upstream = createAmazonQ({
    fetch: overheardFetch(fetch(clock)),
    tokens: learnt(tokens, learn),
    userAgent: "aqbridge/test",
    mask,
    endpoint: () => endpoint ?? service.url,
    optsOutOfSharing: async () => true,
    clock,
    log,
    newId: randomUUID,
    profileArn: config.profileArn,
    modelList,
    defaultModel: config.defaultModel,
    modelAliases: config.modelAliases,
    unknownModels: config.unknownModels,
    patience: {
      firstEventMs: config.firstEventTimeoutSeconds * 1000,
      idleMs: config.streamIdleTimeoutSeconds * 1000,
    },
    maxEventBytes: config.bufferMaxSize,
    pieceBytes: config.streamChunkSize,
    bucket,
    random,
  });
  const app = createServer({
    config,
    version: "0.0.0",
    upstream,
    tokens,
    clock,
    log,
    mask,
    newId: randomUUID,
    brake,
  });
  const listening = listen({ host: "127.0.0.1", port: 0, idleSeconds: 120, fetch: overheard(app.fetch) });
  app.server = listening.server;

  return {
    url: listening.url,
    simulator: service.simulator,
    log: lines,
    openUpstream: service.openRequests,
    async stop() {
      await listening.stop();
      await service.stop();
    },
  };
}

/** A login with these access tokens, each the renewal of the one before it; a refused last one cannot be renewed. */
export function fixedTokens(...values: readonly [string, ...string[]]): TokenSource {
  let current = 0;
  const token = (): AccessToken => ({
    value: taint(values[current] ?? ""),
    expiresAt: null,
    profileArn: undefined,
  });
  return {
    get: async () => token(),
    renew: async () => {
      if (current === values.length - 1)
        throw new BridgeError("login", "Sign in again.", { code: "login_required" });
      current++;
      return token();
    },
    refresh: async () => token(),
    status: async () => ({
      state: "ready",
      source: null,
      expiresAt: null,
      canRefresh: false,
      region: "us-east-1",
      profileArn: null,
      persisted: false,
      searched: [],
    }),
    set: async () => {},
  };
}

/** As the real token source does it with what its stores hold. */
function learnt(tokens: TokenSource, learn: Secrets["learn"]): TokenSource {
  const noted = (token: AccessToken): AccessToken => {
    learn("test", [token.value]);
    return token;
  };
  return {
    ...tokens,
    get: (signal) => tokens.get(signal).then(noted),
    renew: (rejected, signal) => tokens.renew(rejected, signal).then(noted),
  };
}
