import type { TSchema } from "@sinclair/typebox";
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
  hooks: { body?: { schema: TSchema } };
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

/** For debugging: logs which members of a body nobody reads, by name where a protocol documents them, and never their values. */
export const ignoredMembers =
  (log: Log, routes: () => readonly Route[]) =>
  ({ body, request, route, set }: Parsed): void => {
    const taken = routes().find(({ method, path }) => method === request.method && path === route);
    const schema = taken?.hooks.body?.schema;
    if (!schema) return;
    const { names, others } = unknownMembers(schema, body, documented);
    if (names.length + others === 0) return;
    log.debug("req.ignored", { rid: requestIdOf(set), ignored: names.join(" ") || undefined, others });
  };
