import type { TokenSource } from "../../src/auth/token-source.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/options.ts";
import { listen } from "../../src/listen.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { createServer, type ServerDependencies } from "../../src/server.ts";
import type { TurnStream } from "../../src/turn/events.ts";
import type { Model, TurnRequest, Upstream } from "../../src/upstream.ts";
import { load } from "./config.ts";
import { taint } from "./taint.ts";
import { overheard } from "./taint-answers.ts";
import { type BatchStream, end, say, turnIn, turnOf } from "./turns.ts";
import { watchedLog } from "./watched-log.ts";

export const model: Model = {
  id: "claude-sonnet-4.5",
  displayName: "Claude Sonnet 4.5",
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
  acceptsImages: true,
  acceptsDocuments: true,
  price: undefined,
  releasedAt: undefined,
};

type Answer = TurnStream | BatchStream;
export type Answerer = (request: TurnRequest) => Answer | Promise<Answer>;

/** A service with one model that answers as told, and remembers what it was asked. */
export function fakeUpstream(answer: Answerer = () => turnOf([say("Hello"), end()])) {
  const requests: TurnRequest[] = [];
  const upstream: Upstream = {
    async generate(request) {
      requests.push(request);
      const answered = await answer(request);
      return answered instanceof ReadableStream ? turnIn(answered) : answered;
    },
    models: () => [model],
    findModel: (name) => (name === model.id ? model : undefined),
    modelFor: () => model,
    keepsOutputLimit: () => false,
  };
  return { upstream, requests };
}

export const missingLogin: TokenSource = {
  get: () => Promise.reject(new Error("no token is wanted here")),
  renew: () => Promise.reject(new Error("no token is wanted here")),
  refresh: () => Promise.reject(new Error("no token is wanted here")),
  status: async () => ({
    state: "missing",
    source: null,
    expiresAt: null,
    canRefresh: false,
    region: null,
    profileArn: null,
    persisted: false,
    searched: [],
  }),
  set: async () => {},
};

/** A login with this access token, which works and expires in an hour. */
export function signedIn(value: string): TokenSource {
  const expiresAt = new Date(Date.UTC(2026, 0, 31, 13));
  const token = async () => ({ value: taint(value), expiresAt, profileArn: undefined });
  return {
    ...missingLogin,
    get: token,
    renew: token,
    refresh: token,
    status: async () => ({
      ...(await missingLogin.status()),
      state: "ready",
      source: "own file",
      expiresAt,
      canRefresh: true,
      region: "eu-central-1",
      persisted: true,
      searched: ["/home/ada/amazonq_credentials.json"],
    }),
  };
}

export interface ServerOptions {
  config?: Partial<Config>;
  answer?: Answerer;
  tokens?: TokenSource;
  clock?: Clock;
  refuse?: ServerDependencies["refuse"];
}

/** The real server over a service that is a function, without a port. */
export function makeServer({
  config: overrides = {},
  answer,
  tokens = missingLogin,
  clock = systemClock,
  refuse = () => undefined,
}: ServerOptions = {}) {
  const config: Config = { ...load().config, ...overrides };
  const { upstream, requests } = fakeUpstream(answer);
  const { mask } = createSecrets();
  const { log, lines } = watchedLog(config, { mask }, clock);
  let ids = 0;
  const newId = () => `${++ids}`;
  const app = createServer({
    config,
    version: "1.2.3",
    upstream,
    tokens,
    clock,
    log,
    mask,
    newId,
    refuse,
    brake: async () => {},
  });
  const { handle } = app;
  app.handle = overheard(handle);
  return { app, requests, log: lines };
}

/** The same, listening on a port of its own. */
export function startServer(options: ServerOptions = {}) {
  const { app, ...rest } = makeServer(options);
  const listening = listen({ host: "127.0.0.1", port: 0, idleSeconds: 120, fetch: overheard(app.fetch) });
  app.server = listening.server;
  return { ...rest, url: listening.url, port: listening.port, stop: () => listening.stop() };
}
