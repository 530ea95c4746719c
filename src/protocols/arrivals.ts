import type { Clock } from "../clock.ts";
import { BridgeError, type ErrorKind } from "../errors.ts";
import { type Admission, preflightHeaders } from "../http/doors.ts";
import { lingering } from "../http/lingering.ts";
import { pathOf, type RouteTable } from "../http/paths.ts";
import { absentEndpoint, isAbsentEndpoint } from "./absent-endpoints.ts";
import { failureResponse } from "./failure.ts";
import type { Journal } from "./journal.ts";

export interface ArrivalDependencies {
  clock: Clock;
  journal: Journal;
  routes: RouteTable;
  /** Whether a request for a path is admitted. */
  admit: (request: Request, path: string) => Admission;
  /** Why a request that is admitted cannot be served now; undefined when it can. */
  refusalOf: (request: Request) => BridgeError | undefined;
  mask: (text: string) => string;
}

interface Arrivals {
  /** Sets the answer's headers; returns a whole answer when the request goes no further. */
  arrive(request: Request, requestId: string, headers: Record<string, unknown>): Response | undefined;
  /** The answer to a request that failed with what was thrown. */
  fail(request: Request, requestId: string, thrown: unknown): Response;
  /** The answer to a request that has no route. */
  turnAway(request: Request, requestId: string): Response;
}

/** Failures of requests whose body may still be on its way. */
const refusedUnread: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["too-large", "busy"]);

/** What becomes of requests before their route gets them, and after it fails. */
export function createArrivals({
  clock,
  journal,
  routes,
  admit,
  refusalOf,
  mask,
}: ArrivalDependencies): Arrivals {
  const end = (failure: BridgeError, request: Request, requestId: string, allow?: string) => {
    const path = pathOf(request);
    const response = failureResponse(failure, { path, headers: request.headers, requestId, allow, mask });
    const isGone = request.signal.aborted;
    journal.end(requestId, isGone ? { type: "gone" } : { type: "error", error: failure }, response.status);
    return refusedUnread.has(failure.kind) ? lingering(response, request, clock) : response;
  };

  return {
    arrive(request, requestId, headers) {
      const { method } = request;
      const path = pathOf(request);
      const route = routes.routeAt(path);
      journal.arrive(requestId, { method, path, route, bodyBytes: announcedBytes(request) });
      Object.assign(headers, { "x-request-id": requestId, "request-id": requestId });
      const { refusal, corsHeaders } = admit(request, path);
      Object.assign(headers, corsHeaders);
      const failure = refusal ?? refusalOf(request);
      if (failure) return end(failure, request, requestId);
      if (method !== "OPTIONS") return undefined;
      journal.answered(requestId, 204);
      return new Response(null, { status: 204, headers: preflightHeaders(request) });
    },
    fail: (request, requestId, thrown) => end(BridgeError.from(thrown), request, requestId),
    turnAway(request, requestId) {
      const path = pathOf(request);
      const allow = isAbsentEndpoint(path) ? undefined : routes.methodsAt(path);
      return end(allow ? wrongMethod(allow) : absentEndpoint(path), request, requestId, allow);
    },
  };
}

function announcedBytes({ headers }: Request): number | undefined {
  const bytes = Number(headers.get("content-length") ?? Number.NaN);
  return Number.isNaN(bytes) ? undefined : bytes;
}

const wrongMethod = (allow: string) =>
  new BridgeError("method-not-allowed", `This path accepts ${allow} only.`);
