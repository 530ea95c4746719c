import { BridgeError } from "../errors.ts";

/** Endpoints that the APIs have and Amazon Q has nothing for, by their paths behind any prefix, and what to do instead. */
const instead: readonly [path: RegExp, advice: string][] = [
  [/\/batches(\/|$)/, "Amazon Q takes no batches; send each request by itself."],
  [/\/(files|uploads|skills)(\/|$)/, "The bridge keeps no files; send their content with the request."],
  [/\/embeddings$/, "Amazon Q makes no embeddings; ask another service for them."],
  [
    /\/(images|audio|videos)(\/|$)/,
    "Amazon Q makes neither pictures nor sound; ask another service for them.",
  ],
  [/\/complete$/, "This API is retired; use POST /v1/messages."],
];

/** The failure of a request for a path that is no route's. */
export function absentEndpoint(path: string): BridgeError {
  const advice = instead.find(([pattern]) => pattern.test(path))?.[1];
  return new BridgeError("not-found", advice ?? "There is nothing at this path; GET / lists what there is.");
}
