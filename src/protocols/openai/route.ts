import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { open } from "../../http/schema.ts";
import { answer } from "../answer.ts";
import { callOf, exchange, type RouteDependencies } from "../route.ts";
import { decodeChatRequest } from "./decode.ts";
import { callFormOf } from "./decode-tools.ts";
import { encodeChatCompletion } from "./encode.ts";
import { chunkEncoding } from "./encode-stream.ts";
import {
  CompletionAnswer,
  CompletionRequest,
  completionEncoding,
  decodeCompletionRequest,
  encodeCompletion,
} from "./legacy-completions.ts";
import { decodeResponsesShaped, ResponsesShapedRequest } from "./responses-shape.ts";
import { ChatCompletionAnswer, ChatCompletionRequest } from "./schema.ts";

/** Without `messages` it is one of Responses. The first branch makes errors speak of the body that was meant. */
const ChatBody = Type.Union([
  open({ ...ChatCompletionRequest.properties, input: Type.Optional(Type.Never()) }),
  ResponsesShapedRequest,
  ChatCompletionRequest,
]);

const decodeBody = (body: Static<typeof ChatBody>) =>
  body.messages
    ? { conversation: decodeChatRequest(body), formOf: callFormOf(body) }
    : decodeResponsesShaped(body);

/** OpenAI Chat Completions and, for autocompletion, their predecessor: `POST /chat/completions` and `POST /completions` under a prefix. */
export const openaiRoutes = (prefix: string, dependencies: RouteDependencies) =>
  new Elysia({ prefix, normalize: false })
    .post(
      "/chat/completions",
      ({ body, request, server, set }) => {
        const { conversation, formOf } = decodeBody(body);
        const includeUsage = body.stream_options?.include_usage ?? false;
        return answer(
          dependencies,
          {
            ...callOf({ request, server, set }, body.stream ?? false),
            protocol: "openai",
            idPrefix: "chatcmpl-",
            conversation,
          },
          (identity) => chunkEncoding(identity, includeUsage, formOf),
          (identity, turn) => encodeChatCompletion(identity, turn, formOf),
        );
      },
      exchange(dependencies, ChatBody, ChatCompletionAnswer),
    )
    .post(
      "/completions",
      ({ body, request, server, set }) =>
        answer(
          dependencies,
          {
            ...callOf({ request, server, set }, body.stream ?? false),
            protocol: "openai",
            idPrefix: "cmpl-",
            conversation: decodeCompletionRequest(body),
          },
          (identity) => completionEncoding(identity, body.stream_options?.include_usage ?? false),
          encodeCompletion,
        ),
      exchange(dependencies, CompletionRequest, CompletionAnswer),
    );
