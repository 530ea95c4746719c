import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { BridgeError } from "../../errors.ts";
import { answer } from "../answer.ts";
import type { ReplyIdentity } from "../reply.ts";
import { callOf, type RouteDependencies, wholeOrStream } from "../route.ts";
import { decodeResponsesRequest, inputOf } from "./decode.ts";
import { encodeResponse, type ResponseContext, type ResponseObject } from "./encode.ts";
import { responseStreamEncoding } from "./encode-stream.ts";
import { InputItem, ResponsesAnswer, ResponsesRequest } from "./schema.ts";
import type { ResponseStore, StoredResponse } from "./store.ts";

const DeletedAnswer = Type.Object({
  id: Type.String(),
  object: Type.Literal("response.deleted"),
  deleted: Type.Literal(true),
});

/** OpenAI Responses: `POST /responses`, `GET` and `DELETE /responses/{id}` under a prefix. */
export const responsesRoutes = (prefix: string, dependencies: RouteDependencies, store: ResponseStore) =>
  new Elysia({ prefix, normalize: false })
    .post(
      "/responses",
      ({ body, request, server, set }) => {
        const previous = body.previous_response_id ? find(store, body.previous_response_id) : undefined;
        const earlier = previous ? [...previous.input, ...previous.response.output.filter(isInputItem)] : [];
        const { conversation, origins } = decodeResponsesRequest(body, earlier);
        const keep = (response: ResponseObject): ResponseObject => {
          if (body.store !== false) store.put({ response, input: [...earlier, ...inputOf(body)] });
          return response;
        };
        const about: Omit<ResponseContext, keyof ReplyIdentity> = {
          origins,
          includeReasoning: body.include?.includes("reasoning.encrypted_content") ?? false,
          includeSources: body.include?.includes("web_search_call.action.sources") ?? false,
          previousResponseId: body.previous_response_id ?? null,
        };
        return answer(
          dependencies,
          {
            ...callOf({ request, server, set }, body.stream ?? false),
            protocol: "openai-responses",
            idPrefix: "resp_",
            conversation,
          },
          (identity) => responseStreamEncoding({ ...identity, ...about }, keep),
          (identity, turn) => keep(encodeResponse({ ...identity, ...about }, turn)),
        );
      },
      {
        parse: dependencies.parse,
        body: ResponsesRequest,
        response: { 200: wholeOrStream(ResponsesAnswer) },
      },
    )
    .get("/responses/:id", ({ params }) => find(store, params.id).response, {
      response: { 200: ResponsesAnswer },
    })
    .delete(
      "/responses/:id",
      ({ params: { id } }): Static<typeof DeletedAnswer> => {
        if (!store.remove(id)) throw unknownResponse();
        return { id, object: "response.deleted", deleted: true };
      },
      { response: { 200: DeletedAnswer } },
    );

const isInputItem = (item: unknown): item is InputItem => Value.Check(InputItem, item);

function find(store: ResponseStore, id: string): StoredResponse {
  const stored = store.get(id);
  if (!stored) throw unknownResponse();
  return stored;
}

const unknownResponse = () =>
  new BridgeError(
    "not-found",
    "There is no such response here: they are kept in memory until the bridge stops, the newest only. Send the whole input.",
    {
      code: "previous_response_not_found",
      param: "previous_response_id",
    },
  );
