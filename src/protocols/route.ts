import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { checkedBy } from "../http/validation.ts";
import type { AnswerDependencies } from "./answer.ts";

/** What the routes of every protocol need. */
export interface RouteDependencies extends AnswerDependencies {
  /** Reads a request's JSON body within the server's limits. */
  parse: (context: Pick<RouteContext, "request" | "set">) => Promise<unknown>;
}

/** The id that the server gave the request, from the headers of its answer. */
export const requestIdOf = (set: { headers: Record<string, unknown> }): string =>
  String(set.headers["x-request-id"] ?? "");

/** A route's body and its answer, which may also stream: the framework passes a Response on unchecked. */
export const exchange = <Body extends TSchema, Answer extends TSchema>(
  { parse }: RouteDependencies,
  body: Body,
  answer: Answer,
) => ({
  parse,
  body: checkedBy(body),
  response: { 200: Type.Unsafe<Static<Answer> | Response>(answer) },
});

interface RouteContext {
  request: Request;
  server: { timeout(request: Request, seconds: number): void } | null;
  set: { headers: Record<string, unknown> };
}

/** What an answer needs to know of its request. */
export function callOf({ request, server, set }: RouteContext, stream: boolean) {
  return {
    requestId: requestIdOf(set),
    stream,
    signal: request.signal,
    limitIdle: (seconds: number) => server?.timeout(request, seconds),
    headers: set.headers,
  };
}
