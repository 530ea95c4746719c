import { Elysia } from "elysia";
import type { TokenSource } from "./auth/token-source.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/options.ts";
import type { BridgeError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { createDoors, createKeyCheck } from "./http/doors.ts";
import { orAborted } from "./http/or-aborted.ts";
import { createRouteTable } from "./http/paths.ts";
import type { Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { anthropicRoutes } from "./protocols/anthropic/route.ts";
import { type ArrivalDependencies, createArrivals } from "./protocols/arrivals.ts";
import { type Brake, createBrake } from "./protocols/brake.ts";
import { type CarriedOver, createCarriedOver } from "./protocols/carried-over.ts";
import { ignoredMembers, type Route } from "./protocols/ignored-members.ts";
import { createJournal, type RequestObserver } from "./protocols/journal.ts";
import { openaiRoutes } from "./protocols/openai/route.ts";
import { responsesRoutes } from "./protocols/openai-responses/route.ts";
import { refusalLog } from "./protocols/refusal-log.ts";
import { requestLog } from "./protocols/request-log.ts";
import { type RouteDependencies, requestIdOf } from "./protocols/route.ts";
import { homeRoutes } from "./routes/home.ts";
import { loginRoutes } from "./routes/login.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/models.ts";
import { createSecrets, type Mask } from "./secrets/secrets.ts";
import { createTokenEstimator } from "./turn/tokens/estimator.ts";
import type { Upstream } from "./upstream.ts";

export interface ServerDependencies {
  config: Config;
  version: string;
  upstream: Upstream;
  tokens: TokenSource;
  clock: Clock;
  log: Log;
  newId: () => string;
  metrics?: Metrics;
  /** Are told of every request. */
  observers?: readonly RequestObserver[];
  /** Aborts when answers have to end, with the BridgeError they end for. */
  closing?: AbortSignal;
  /** Removes secrets from a failure's message; by default whatever looks like a token. */
  mask?: Mask;
  /** Why there is no room for new work, given the bytes of the bodies already in work; undefined when there is. */
  refuse?: (pendingBytes: number) => BridgeError | undefined;
  /** The addresses of this machine, as they are now. */
  addresses?: () => readonly string[];
  /** Slows down clients whose conversation is refused as too long. */
  brake?: Brake;
  /** What the application before this one left. */
  carriedOver?: CarriedOver;
}

/** Where base URLs lead: as meant, with `/v1` twice, without it, and under a vendor's name, as in other gateways. */
const prefixes = ["/v1", "/v1/v1", "", "/openai/v1", "/anthropic/v1"] as const;

/** The whole HTTP interface as one Elysia application, not yet listening. */
export function createServer({
  config,
  version,
  upstream,
  tokens,
  clock,
  log,
  newId,
  metrics = createMetrics(),
  observers = [],
  closing = new AbortController().signal,
  mask = createSecrets().mask,
  refuse = () => undefined,
  addresses = () => [],
  brake = createBrake(clock),
  carriedOver = createCarriedOver(),
}: ServerDependencies) {
  const { logRequests, logResponses } = config;
  const { places, learnt, responses } = carriedOver;
  const watching = [
    metrics.requests,
    ...observers,
    requestLog({ log, logRequests, logResponses, closing }),
    refusalLog({ clock, log }),
  ];
  const journal = createJournal(clock, watching, config.maxBodyBytes);
  const refusalOf = ({ method }: Request) => (method === "POST" ? refuse(journal.pendingBytes()) : undefined);
  const routes = createRouteTable(() => app.routes);
  const admit = createDoors(config, addresses);
  const arrivals = createArrivals({ clock, journal, routes, admit, refusalOf, mask });
  const parse = bodyReader({ config, clock, journal, refusalOf, closing });
  const dependencies: RouteDependencies = {
    upstream,
    clock,
    journal,
    takePlace: () => places.take(config.maxStreams),
    brake,
    closing,
    estimator: createTokenEstimator((name) => upstream.findModel(name)?.id ?? "", learnt),
    heartbeatMs: config.heartbeatSeconds * 1000,
    slowClientMs: config.slowClientTimeoutSeconds * 1000,
    mask,
    newId,
    parse,
  };
  const { defaultModel, sslVerify: isTlsVerified } = config;
  const hasKey = createKeyCheck(config.apiKey);
  const isDebugging = config.logEnabled && config.logLevel === "debug";

  const app = new Elysia(elysiaOptions)
    .mapResponse(({ set }) => journal.answered(requestIdOf(set), Number(set.status ?? 200)))
    .onRequest(({ request, set }) => arrivals.arrive(request, `req_${newId()}`, set.headers))
    .onTransform(isDebugging ? ignoredMembers(log, (): readonly Route[] => app.routes) : [])
    .onError(({ code, error, request, set }) => {
      const requestId = requestIdOf(set);
      if (code === "NOT_FOUND") return arrivals.turnAway(request, requestId);
      // The framework wraps what the body's reader throws.
      return arrivals.fail(request, requestId, code === "PARSE" ? error.cause : error);
    })
    .use(homeRoutes({ version, defaultModel, tokens, isTlsVerified, hasKey }))
    .use(loginRoutes({ tokens, parse }))
    .use(metricsRoute(metrics.text));

  for (const prefix of prefixes) {
    app
      .use(openaiRoutes(prefix, dependencies))
      .use(anthropicRoutes(prefix, dependencies, config.anthropicVersion))
      .use(responsesRoutes(prefix, dependencies, responses))
      .use(modelRoutes(prefix, upstream));
  }
  return app;
}

const elysiaOptions = {
  normalize: false,
  // Otherwise the router takes a host of up to three characters for part of the path, and sees another path than the doors.
  handler: { standardHostname: false },
} as const;

interface BodyReaderDependencies extends Pick<ArrivalDependencies, "clock" | "journal" | "refusalOf"> {
  config: Config;
  closing: AbortSignal;
}

/** Reads bodies within the configured limits, unless there is no room for them or answers have to end. */
function bodyReader({
  config,
  clock,
  journal,
  refusalOf,
  closing,
}: BodyReaderDependencies): RouteDependencies["parse"] {
  const limits = { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutSeconds * 1000, clock };
  return ({ request, set }) => {
    const onGrowth = (bytes: number) => {
      journal.grew(requestIdOf(set), bytes);
      const refusal = refusalOf(request);
      if (refusal) throw refusal;
    };
    return orAborted(readJson(request, { ...limits, onGrowth }), closing);
  };
}
