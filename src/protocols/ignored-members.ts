import { TypeGuard } from "@sinclair/typebox";
import { unknownMembers } from "../http/unknown-members.ts";
import type { Log } from "../log.ts";
import { requestIdOf } from "./route.ts";

/** As the framework lists it. */
export interface Route {
  method: string;
  path: string;
  hooks: { body?: unknown };
}

interface Parsed {
  body?: unknown;
  request: Request;
  route: string;
  set: { headers: Record<string, unknown> };
}

/** For debugging: says which members of a body nobody reads, by their names and never by what they hold. */
export const ignoredMembers =
  (log: Log, routes: () => readonly Route[]) =>
  ({ body, request, route, set }: Parsed): void => {
    const taken = routes().find(({ method, path }) => method === request.method && path === route);
    if (!TypeGuard.IsSchema(taken?.hooks.body)) return;
    const ignored = unknownMembers(taken.hooks.body, body);
    if (ignored.length > 0) log.debug("req.ignored", { rid: requestIdOf(set), ignored: ignored.join(" ") });
  };
