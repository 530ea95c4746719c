import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { AnswerDependencies } from "./answer.ts";

/** What every protocol's routes are made with. */
export interface RouteDependencies extends AnswerDependencies {
  /** Reads a request's JSON body within the server's limits. */
  parse: (context: Pick<RouteContext, "request" | "set">) => Promise<unknown>;
}

/** The id that the server gave to the request, in the headers of its answer. */
export const requestIdOf = (set: { headers: Record<string, unknown> }): string =>
  String(set.headers["x-request-id"] ?? "");

/** What a route answers when it may also stream: the framework passes a Response on and checks only bodies. */
export const wholeOrStream = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | Response>(schema);

interface RouteContext {
  request: Request;
  server: { timeout(request: Request, seconds: number): void } | null;
  set: { headers: Record<string, unknown> };
}

/** What an answer has to know of its request. */
export function callOf({ request, server, set }: RouteContext, stream: boolean) {
  return {
    requestId: requestIdOf(set),
    stream,
    signal: request.signal,
    limitIdle: (seconds: number) => server?.timeout(request, seconds),
    headers: set.headers,
  };
}
