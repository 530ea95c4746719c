import { TypeGuard } from "@sinclair/typebox";
import { unknownMembers } from "../http/unknown-members.ts";
import type { Log } from "../log.ts";
import { anthropicFields } from "./anthropic/fields.ts";
import { openaiFields } from "./openai/fields.ts";
import { responsesFields } from "./openai-responses/fields.ts";
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

const documented: ReadonlySet<string> = new Set(
  [anthropicFields, openaiFields, responsesFields].flatMap((fields) => Object.keys(fields)),
);

/** For debugging: says which members of a body nobody reads, by their names if a protocol has them, and never by what they hold. */
export const ignoredMembers =
  (log: Log, routes: () => readonly Route[]) =>
  ({ body, request, route, set }: Parsed): void => {
    const taken = routes().find(({ method, path }) => method === request.method && path === route);
    if (!TypeGuard.IsSchema(taken?.hooks.body)) return;
    const { names, others } = unknownMembers(taken.hooks.body, body, documented);
    if (names.length + others === 0) return;
    log.debug("req.ignored", { rid: requestIdOf(set), ignored: names.join(" ") || undefined, others });
  };
