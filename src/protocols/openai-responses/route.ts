import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { BridgeError } from "../../errors.ts";
import { checkedBy } from "../../http/validation.ts";
import type { TurnPart } from "../../turn/collect.ts";
import type { Conversation } from "../../turn/conversation.ts";
import { answer } from "../answer.ts";
import type { ReplyIdentity } from "../reply.ts";
import { callOf, exchange, type RouteDependencies } from "../route.ts";
import { decodeResponsesRequest } from "./decode.ts";
import { encodeResponse, provenItems, type ResponseContext, type ResponseObject } from "./encode.ts";
import { responseStreamEncoding } from "./encode-stream.ts";
import { InputItemsAnswer, InputItemsQuery, listInputItems } from "./input-items.ts";
import {
  InputItem,
  InputTokensAnswer,
  InputTokensRequest,
  ResponsesAnswer,
  ResponsesRequest,
} from "./schema.ts";
import type { ResponseStore } from "./store.ts";
import { findResponse, type Thread, threadOf } from "./thread.ts";
import type { ToolOrigins } from "./tools.ts";

const DeletedAnswer = Type.Object({
  id: Type.String(),
  object: Type.Literal("response.deleted"),
  deleted: Type.Literal(true),
});

/** OpenAI Responses: `POST /responses`, and the stored responses under `/responses/{id}`. */
export const responsesRoutes = (prefix: string, dependencies: RouteDependencies, store: ResponseStore) =>
  new Elysia({ prefix, normalize: false })
    .post(
      "/responses",
      ({ body, request, server, set }) => {
        const thread = threadOf(body, store);
        const { conversation, origins } = decodeResponsesRequest(body, thread);
        const about = aboutOf(body, origins);
        const keep = keeping(store, body, thread, conversation);
        return answer(
          dependencies,
          {
            ...callOf({ request, server, set }, body.stream ?? false),
            protocol: "openai-responses",
            idPrefix: "resp_",
            conversation,
          },
          (identity) => {
            const context = { ...identity, ...about };
            return responseStreamEncoding(context, (response, parts) => keep(context, response, parts));
          },
          (identity, turn) => {
            const context = { ...identity, ...about };
            const response = encodeResponse(context, turn);
            keep(context, response, turn.parts);
            return response;
          },
        );
      },
      exchange(dependencies, ResponsesRequest, ResponsesAnswer),
    )
    .post(
      "/responses/input_tokens",
      ({ body: { model, input, ...rest } }): Static<typeof InputTokensAnswer> => {
        const request = { ...rest, model: model ?? "", input: input ?? [] };
        const { conversation } = decodeResponsesRequest(request, threadOf(request, store));
        const { estimator } = dependencies;
        return { object: "response.input_tokens", input_tokens: estimator.inputTokens(conversation) };
      },
      exchange(dependencies, InputTokensRequest, InputTokensAnswer),
    )
    .get(
      "/responses/:id",
      ({ params, query }) => {
        const { response } = findResponse(store, params.id);
        if (query["stream"] === "true") throw notStreamedAgain();
        return response;
      },
      { response: { 200: ResponsesAnswer } },
    )
    .get(
      "/responses/:id/input_items",
      ({ params, query }) => listInputItems(findResponse(store, params.id), query),
      { query: checkedBy(InputItemsQuery), response: { 200: InputItemsAnswer } },
    )
    .post(
      "/responses/:id/cancel",
      ({ params }) => {
        findResponse(store, params.id);
        throw notInBackground();
      },
      bodiless,
    )
    .delete(
      "/responses/:id",
      ({ params: { id } }): Static<typeof DeletedAnswer> => {
        findResponse(store, id);
        store.remove(id);
        return { id, object: "response.deleted", deleted: true };
      },
      { ...bodiless, response: { 200: DeletedAnswer } },
    );

/** Otherwise the framework reads a body of any kind and size wherever a hook, such as debugging's, names one. */
const bodiless = { parse: "none" } as const;

const notStreamedAgain = () =>
  new BridgeError("invalid-request", "stream: a response is streamed only while it is made; leave it out.", {
    code: "invalid_value",
    param: "stream",
  });

const notInBackground = () =>
  new BridgeError(
    "invalid-request",
    "Cannot cancel a synchronous response; to stop one, close its connection.",
    { param: "response_id" },
  );

const aboutOf = (
  { include, previous_response_id, ...request }: ResponsesRequest,
  origins: ToolOrigins,
): Omit<ResponseContext, keyof ReplyIdentity> => ({
  origins,
  includeReasoning: include?.includes("reasoning.encrypted_content") ?? false,
  includeSources: include?.includes("web_search_call.action.sources") ?? false,
  previousResponseId: previous_response_id ?? null,
  echo: {
    instructions: request.instructions ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    tool_choice: request.tool_choice ?? "auto",
    tools: request.tools ?? [],
  },
});

type Keep = (context: ResponseContext, response: ResponseObject, parts: readonly TurnPart[]) => void;

/** Stores an answer with what it answers, unless the client wants nothing kept. */
function keeping(
  store: ResponseStore,
  { store: isKept }: ResponsesRequest,
  { earlier, input }: Thread,
  { system, begunWith = system }: Conversation,
): Keep {
  if (isKept === false) return () => {};
  const answered = [...earlier, ...input.filter((item) => item !== undefined)];
  return (context, response, parts) => {
    const output = provenItems(context, parts).filter(isInputItem);
    store.put({ response, input: answered, output, begunWith });
  };
}

const isInputItem = (item: unknown): item is InputItem => Value.Check(InputItem, item);
