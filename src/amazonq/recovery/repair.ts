import { freshConversationId } from "../conversation-id.ts";
import type { RequestContext } from "../request/build.ts";

/** A change of the request with which the service may take what it refused (contract 4.4). */
export type RepairName = "flatten-tools" | "prune-schemas" | "drop-reasoning" | "new-conversation";

const repairs: Readonly<Record<RepairName, (newId: () => string) => Partial<RequestContext>>> = {
  "flatten-tools": () => ({ repair: { flattenTools: true } }),
  "prune-schemas": () => ({ repair: { pruneSchemas: true } }),
  "drop-reasoning": () => ({ repair: { dropReasoning: true } }),
  "new-conversation": (newId) => ({ conversationId: freshConversationId(newId()) }),
};

/** What a request is built with after a repair. */
export const repaired = (
  context: RequestContext,
  repair: RepairName,
  newId: () => string,
): RequestContext => ({
  ...context,
  ...repairs[repair](newId),
});
