import type { Static } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answer } from "../answer.ts";
import { callOf, exchange, type RouteDependencies } from "../route.ts";
import { onlyWarmsCache } from "./cache-warming.ts";
import { decodeConversation, decodeMessagesRequest } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { messageStreamEncoding } from "./encode-stream.ts";
import { CountTokensAnswer, CountTokensRequest, MessagesAnswer, MessagesRequest } from "./schema.ts";

/** Anthropic Messages: `POST /messages` and `POST /messages/count_tokens` under a prefix; answers name `version`. */
export const anthropicRoutes = (prefix: string, dependencies: RouteDependencies, version: string) =>
  new Elysia({ prefix, normalize: false })
    .post(
      "/messages",
      ({ body, request, server, set }) => {
        const stream = body.stream ?? (!onlyWarmsCache(body) && wantsStream(request.headers));
        set.headers["anthropic-version"] = version;
        const call = callOf({ request, server, set }, stream);
        return answer(
          dependencies,
          { ...call, protocol: "anthropic", idPrefix: "msg_", conversation: decodeMessagesRequest(body) },
          (identity) => messageStreamEncoding(identity, call.requestId),
          encodeMessage,
        );
      },
      exchange(dependencies, MessagesRequest, MessagesAnswer),
    )
    .post(
      "/messages/count_tokens",
      ({ body }): Static<typeof CountTokensAnswer> => ({
        input_tokens: dependencies.estimator.inputTokens(decodeConversation(body)),
        context_management: null,
      }),
      exchange(dependencies, CountTokensRequest, CountTokensAnswer),
    );

/**
 * Streams by default, as the original program does. A client that names the API's version, as the AI SDK does, or accepts
 * only JSON, as the official SDKs do, expects the API's own default, which is a whole answer.
 */
function wantsStream(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  if (accept.includes("text/event-stream")) return true;
  return !accept.includes("application/json") && !headers.has("anthropic-version");
}
