import { Elysia } from "elysia";
import { answer } from "../answer.ts";
import { callOf, type RouteDependencies, wholeOrStream } from "../route.ts";
import { decodeChatRequest } from "./decode.ts";
import { wantsFunctionCalls } from "./decode-tools.ts";
import { encodeChatCompletion } from "./encode.ts";
import { chunkEncoding } from "./encode-stream.ts";
import { decodeCompletionRequest } from "./legacy-completions-decode.ts";
import { completionEncoding, encodeCompletion } from "./legacy-completions-encode.ts";
import { CompletionAnswer, CompletionRequest } from "./legacy-completions-schema.ts";
import { ChatCompletionAnswer, ChatCompletionRequest } from "./schema.ts";

/** OpenAI Chat Completions and, for autocompletion, their forerunner: `POST /chat/completions`, `POST /completions` under a prefix. */
export const openaiRoutes = (prefix: string, dependencies: RouteDependencies) =>
  new Elysia({ prefix, normalize: false })
    .post(
      "/chat/completions",
      ({ body, request, server, set }) => {
        const callsFunctions = wantsFunctionCalls(body);
        const includeUsage = body.stream_options?.include_usage ?? false;
        return answer(
          dependencies,
          {
            ...callOf({ request, server, set }, body.stream ?? false),
            protocol: "openai",
            idPrefix: "chatcmpl-",
            conversation: decodeChatRequest(body),
          },
          (identity) => chunkEncoding(identity, includeUsage, callsFunctions),
          (identity, turn) => encodeChatCompletion(identity, turn, callsFunctions),
        );
      },
      {
        parse: dependencies.parse,
        body: ChatCompletionRequest,
        response: { 200: wholeOrStream(ChatCompletionAnswer) },
      },
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
      {
        parse: dependencies.parse,
        body: CompletionRequest,
        response: { 200: wholeOrStream(CompletionAnswer) },
      },
    );
