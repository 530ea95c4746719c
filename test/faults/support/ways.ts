import type { HttpAnswer } from "../../support/http-answers.ts";
import { postText } from "../../support/raw-client.ts";

/** Of asking: one of the protocols, streamed or whole. */
export interface Way {
  path: keyof typeof searches;
  stream: boolean;
}

/** How each protocol's clients have the web searched. */
const searches = {
  "/v1/chat/completions": { web_search_options: {} },
  "/v1/messages": { tools: [{ type: "web_search_20250305", name: "web_search" }] },
  "/v1/responses": { tools: [{ type: "web_search" }] },
} as const;
const paths = [
  "/v1/chat/completions",
  "/v1/messages",
  "/v1/responses",
] as const satisfies (keyof typeof searches)[];

export const ways: readonly Way[] = paths.flatMap((path) => [
  { path, stream: true },
  { path, stream: false },
]);

/** The bytes of a request that says so. */
export function bytesOf({ path, stream }: Way, { says = "Hello", isSearched = false } = {}): string {
  const hello = { role: "user", content: says };
  return postText(path, {
    model: "claude-sonnet-4.5",
    max_tokens: 9_000_000,
    messages: [hello],
    input: [hello],
    store: false,
    stream,
    ...(isSearched && searches[path]),
  });
}

/** Whether an answer is one that its client takes for all that there is. */
export const isComplete = ({ stream }: Way, { status, body }: Pick<HttpAnswer, "status" | "body">): boolean =>
  status === 200 &&
  (!stream || /^(data: \[DONE\]|event: message_stop|event: response\.completed)$/m.test(body));
