import { Elysia } from "elysia";
import type { TokenSource } from "./auth/token-source.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/options.ts";
import { BridgeError, type ErrorKind } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { createDoors, createKeyCheck, preflightHeaders } from "./http/doors.ts";
import { lingering } from "./http/lingering.ts";
import type { Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { metricsRoute } from "./metrics/route.ts";
import { anthropicRoutes } from "./protocols/anthropic/route.ts";
import { type Brake, createBrake } from "./protocols/brake.ts";
import { type CarriedOver, createCarriedOver } from "./protocols/carried-over.ts";
import { failureResponse, toBridgeError } from "./protocols/failure.ts";
import { ignoredMembers, type Route } from "./protocols/ignored-members.ts";
import { createJournal, type RequestObserver } from "./protocols/journal.ts";
import { openaiRoutes } from "./protocols/openai/route.ts";
import { responsesRoutes } from "./protocols/openai-responses/route.ts";
import { refusalLog } from "./protocols/refusal-log.ts";
import { requestLog } from "./protocols/request-log.ts";
import { type RouteDependencies, requestIdOf } from "./protocols/route.ts";
import { homeRoutes } from "./routes/home.ts";
import { loginRoutes } from "./routes/login.ts";
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
  /** Hear of every request. */
  observers?: readonly RequestObserver[];
  /** Aborts when answers have to end; its reason, a BridgeError, is then theirs. */
  closing?: AbortSignal;
  /** Takes out of a failure's words what must not be seen; by default what looks like a token. */
  mask?: Mask;
  /** What keeps new work out, given the bytes of bodies that are in work already; undefined when nothing does. */
  refuse?: (pendingBytes: number) => BridgeError | undefined;
  /** Holds up what is refused as too long. */
  brake?: Brake;
  /** Of an application before this one. */
  carriedOver?: CarriedOver;
}

/** Where base URLs land: as meant, with `/v1` given twice, with none, and behind a vendor's name, as other gateways have it. */
const prefixes = ["/v1", "/v1/v1", "", "/openai/v1", "/anthropic/v1"] as const;

/** Failures of requests whose body may still be on its way. */
const refusedUnread: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["too-large", "busy"]);

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
  brake = createBrake(clock),
  carriedOver = createCarriedOver(),
}: ServerDependencies) {
  const admit = createDoors(config);
  const { logRequests, logResponses } = config;
  const { places, learnt, responses } = carriedOver;
  const journal = createJournal(clock, [
    metrics.requests,
    ...observers,
    requestLog({ log, logRequests, logResponses, closing }),
    refusalLog({ clock, log }),
  ]);
  const limits = { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutSeconds * 1000, clock };
  const parse: RouteDependencies["parse"] = ({ request, set }) => {
    const onGrowth = (bytes: number) => {
      journal.grew(requestIdOf(set), bytes);
      const refusal = refusalOf(request);
      if (refusal) throw refusal;
    };
    return readJson(request, { ...limits, onGrowth });
  };
  const dependencies = {
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

  const fail = (failure: BridgeError, request: Request, requestId: string, allow?: string) => {
    const path = pathOf(request);
    const ending = request.signal.aborted
      ? ({ type: "gone" } as const)
      : ({ type: "error", error: failure } as const);
    const response = failureResponse(failure, { path, headers: request.headers, requestId, allow, mask });
    journal.end(requestId, ending, response.status);
    return refusedUnread.has(failure.kind) ? lingering(response, request, clock) : response;
  };

  const routes = new Map<string, string>();
  /** Looked for once where the path is a route's own; looking through all of them is most of what a request's arrival costs. */
  const routeAt = (path: string): string | undefined => {
    const known = routes.get(path);
    if (known !== undefined) return known;
    const found = app.routes.find((route) => leadsTo(route.path, path))?.path;
    if (found === path) routes.set(path, path);
    return found;
  };

  const arrive = (request: Request, requestId: string) => {
    const path = pathOf(request);
    const bodyBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    journal.arrive(requestId, {
      method: request.method,
      path,
      route: routeAt(path),
      bodyBytes: Number.isNaN(bodyBytes) ? undefined : bodyBytes,
    });
  };

  const refusalOf = (request: Request) =>
    request.method === "POST" ? refuse(journal.pendingBytes()) : undefined;

  const isDebugging = config.logEnabled && config.logLevel === "debug";
  const noteIgnored = ignoredMembers(log, (): readonly Route[] => app.routes);

  const app = new Elysia({ normalize: false })
    .mapResponse(({ set }) => journal.answered(requestIdOf(set), Number(set.status ?? 200)))
    .onRequest(({ request, set }) => {
      const requestId = `req_${newId()}`;
      set.headers["x-request-id"] = requestId;
      set.headers["request-id"] = requestId;
      arrive(request, requestId);
      const { refusal, corsHeaders } = admit(request, pathOf(request));
      Object.assign(set.headers, corsHeaders);
      const failure = refusal ?? refusalOf(request);
      if (failure) return fail(failure, request, requestId);
      if (request.method !== "OPTIONS") return;
      journal.answered(requestId, 204);
      return new Response(null, { status: 204, headers: preflightHeaders(request) });
    })
    .onTransform(isDebugging ? noteIgnored : [])
    .onError(({ code, error, request, set }) => {
      const requestId = requestIdOf(set);
      // The framework wraps what the body's reader throws.
      if (code === "PARSE") return fail(toBridgeError(error.cause), request, requestId);
      if (code !== "NOT_FOUND") return fail(toBridgeError(error), request, requestId);
      const allow = methodsOf(app.routes, pathOf(request));
      return fail(allow ? wrongMethod(allow) : notFound, request, requestId, allow);
    })
    .use(
      homeRoutes({
        version,
        defaultModel: config.defaultModel,
        tokens,
        isTlsVerified: config.sslVerify,
        hasKey: createKeyCheck(config.apiKey),
      }),
    )
    .use(loginRoutes({ tokens, parse }))
    .use(metricsRoute(metrics.text));

  for (const prefix of prefixes) {
    app
      .use(openaiRoutes(prefix, dependencies))
      .use(anthropicRoutes(prefix, dependencies, { version: config.anthropicVersion }))
      .use(responsesRoutes(prefix, dependencies, responses))
      .use(modelRoutes(prefix, upstream));
  }
  return app;
}

/** Read off the text: an odd Host header makes the URL one that the platform refuses to parse, or leaves only its path. */
const pathOf = ({ url }: Request): string => /^(?:https?:\/\/[^/]*)?(\/[^?]*)/.exec(url)?.[1] ?? "/";

/** The methods for which there is a route at the path, HEAD with every GET; undefined when there is none at all. */
function methodsOf(routes: readonly { method: string; path: string }[], path: string): string | undefined {
  const methods = routes.filter((route) => leadsTo(route.path, path)).map(({ method }) => method);
  const withHead = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...new Set(withHead)].join(", ") || undefined;
}

/** The framework's patterns: a name for one step of the path, a star for the rest of it. */
const leadsTo = (route: string, path: string): boolean => {
  const steps = path.split("/");
  const pattern = route.split("/");
  return (
    pattern.every(
      (step, index) => step === "*" || step === steps[index] || (step.startsWith(":") && !!steps[index]),
    ) &&
    (route.endsWith("/*") || pattern.length === steps.length)
  );
};

const notFound = new BridgeError("not-found", "There is nothing at this path; GET / lists what there is.");
const wrongMethod = (allow: string) =>
  new BridgeError("method-not-allowed", `This path takes ${allow} only.`);
