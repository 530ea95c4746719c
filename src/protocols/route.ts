import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { AnswerDependencies } from "./answer.ts";

/** What every protocol's routes are made with. */
export interface RouteDependencies extends AnswerDependencies {
  /** Reads a request's JSON body within the server's limits. */
  parse: (context: { request: Request }) => Promise<unknown>;
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

/** What an answer has to know of its request. A whole answer is quiet while the model thinks, so its idle limit is lifted. */
export function callOf({ request, server, set }: RouteContext, stream: boolean) {
  if (!stream) server?.timeout(request, 0);
  return { requestId: requestIdOf(set), stream, signal: request.signal, headers: set.headers };
}
