import { Elysia } from "elysia";
import type { TokenSource } from "./auth/token-source.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/options.ts";
import { BridgeError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { createDoors, preflightHeaders } from "./http/doors.ts";
import type { Log } from "./log.ts";
import { anthropicRoutes } from "./protocols/anthropic/route.ts";
import { failureResponse, toBridgeError } from "./protocols/failure.ts";
import { createJournal } from "./protocols/journal.ts";
import { openaiRoutes } from "./protocols/openai/route.ts";
import { requestIdOf } from "./protocols/route.ts";
import { homeRoutes } from "./routes/home.ts";
import { loginRoutes } from "./routes/login.ts";
import { modelRoutes } from "./routes/models.ts";
import type { Upstream } from "./upstream.ts";

export interface ServerDependencies {
  config: Config;
  version: string;
  upstream: Upstream;
  tokens: TokenSource;
  clock: Clock;
  log: Log;
  newId: () => string;
}

/** Where base URLs land: as meant, with `/v1` given twice, and with none. */
const prefixes = ["/v1", "/v1/v1", ""] as const;

/** The whole HTTP interface as one Elysia application, not yet listening. */
export function createServer({ config, version, upstream, tokens, clock, log, newId }: ServerDependencies) {
  const admit = createDoors(config);
  const journal = createJournal({
    log,
    clock,
    logRequests: config.logRequests,
    logResponses: config.logResponses,
  });
  const limits = { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutSeconds * 1000, clock };
  const parse = ({ request }: { request: Request }) => readJson(request, limits);
  const dependencies = {
    upstream,
    clock,
    journal,
    heartbeatMs: config.heartbeatSeconds * 1000,
    newId,
    parse,
  };

  const fail = (failure: BridgeError, request: Request, requestId: string, allow?: string) => {
    const path = pathOf(request);
    const ending = request.signal.aborted
      ? ({ type: "gone" } as const)
      : ({ type: "error", error: failure } as const);
    journal.end(requestId, ending, path);
    return failureResponse(failure, { path, headers: request.headers, requestId, allow });
  };

  const app = new Elysia({ normalize: false })
    .onRequest(({ request, set }) => {
      const requestId = `req_${newId()}`;
      set.headers["x-request-id"] = requestId;
      set.headers["request-id"] = requestId;
      const admission = admit(request, pathOf(request));
      if ("refusal" in admission) return fail(admission.refusal, request, requestId);
      Object.assign(set.headers, admission.corsHeaders);
      if (request.method === "OPTIONS")
        return new Response(null, { status: 204, headers: preflightHeaders(request) });
    })
    .onError(({ code, error, request, set }) => {
      const requestId = requestIdOf(set);
      if (code !== "NOT_FOUND") return fail(toBridgeError(error), request, requestId);
      const allow = methodsOf(app.routes, pathOf(request));
      return fail(allow ? wrongMethod(allow) : notFound, request, requestId, allow);
    })
    .use(homeRoutes({ version, defaultModel: config.defaultModel, tokens, isTlsVerified: config.sslVerify }))
    .use(loginRoutes({ tokens, parse }));

  for (const prefix of prefixes) {
    app
      .use(openaiRoutes(prefix, dependencies))
      .use(anthropicRoutes(prefix, dependencies, { version: config.anthropicVersion }))
      .use(modelRoutes(prefix, upstream));
  }
  return app;
}

/** Read off the text: an odd Host header makes the URL one that the platform refuses to parse. */
function pathOf({ url }: Request): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return url.slice(start, end === -1 ? undefined : end);
}

const methodsOf = (routes: readonly { method: string; path: string }[], path: string): string | undefined =>
  routes
    .filter((route) => route.path === path)
    .map(({ method }) => method)
    .join(", ") || undefined;

const notFound = new BridgeError("not-found", "There is nothing at this path; GET / lists what there is.");
const wrongMethod = (allow: string) =>
  new BridgeError("method-not-allowed", `This path takes ${allow} only.`);
