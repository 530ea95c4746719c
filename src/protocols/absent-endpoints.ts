import { BridgeError } from "../errors.ts";

/** Endpoints of the vendors' APIs that Amazon Q has no counterpart for, by path under any prefix, and what to do instead. */
const instead: readonly [path: RegExp, advice: string][] = [
  [/\/batches(\/|$)/, "Amazon Q has no batches; send each request by itself."],
  [/\/(files|uploads|skills)(\/|$)/, "The bridge stores no files; send their content with the request."],
  [/\/embeddings$/, "Amazon Q creates no embeddings; use another service for them."],
  [
    /\/(images|audio|videos)(\/|$)/,
    "Amazon Q creates no images, audio or video; use another service for them.",
  ],
  [/\/complete$/, "This API is retired; use POST /v1/messages."],
  [/\/responses\/compact$/, "Amazon Q makes no summaries; ask for one in a message."],
];

/** Whether it is one of these, although a pattern of the routes may match its path, too. */
export const isAbsentEndpoint = (path: string): boolean => instead.some(([pattern]) => pattern.test(path));

/** The failure of a request for a path that has no route. */
export function absentEndpoint(path: string): BridgeError {
  const advice = instead.find(([pattern]) => pattern.test(path))?.[1];
  return new BridgeError("not-found", advice ?? "There is no such endpoint; GET / lists those there are.");
}
