import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BridgeError } from "../errors.ts";
import { nullable, open } from "../http/schema.ts";
import type { Model, Upstream } from "../upstream.ts";

const OpenAIModel = open({
  id: Type.String(),
  object: Type.Literal("model"),
  created: Type.Integer(),
  owned_by: Type.String(),
  display_name: Type.String(),
  context_window: Type.Integer(),
  max_output_tokens: Type.Integer(),
});
const AnthropicModel = open({
  type: Type.Literal("model"),
  id: Type.String(),
  display_name: Type.String(),
  created_at: Type.String(),
  max_input_tokens: Type.Integer(),
  max_tokens: Type.Integer(),
});
const ModelAnswer = Type.Union([OpenAIModel, AnthropicModel]);
const ModelListAnswer = Type.Union([
  open({ object: Type.Literal("list"), data: Type.Array(OpenAIModel) }),
  open({
    data: Type.Array(AnthropicModel),
    has_more: Type.Literal(false),
    first_id: nullable(Type.String()),
    last_id: nullable(Type.String()),
  }),
]);

/** The models in the shape of the protocol that the client speaks: Anthropic's when it names its version. */
export const modelRoutes = (prefix: string, upstream: Upstream) =>
  new Elysia({ prefix, normalize: false })
    .get("/models", ({ request }) => modelList(upstream.models(), isAnthropic(request)), {
      response: { 200: ModelListAnswer },
    })
    .get(
      "/models/*",
      ({ request, params }) => {
        const model = upstream.findModel(decodeURIComponent(params["*"]));
        if (model) return isAnthropic(request) ? anthropicModel(model) : openaiModel(model);
        throw new BridgeError("model", "There is no such model; GET /v1/models lists them.");
      },
      { response: { 200: ModelAnswer } },
    );

const isAnthropic = ({ headers }: Request): boolean => headers.has("anthropic-version");

function modelList(models: readonly Model[], anthropic: boolean): Static<typeof ModelListAnswer> {
  if (!anthropic) return { object: "list", data: models.map(openaiModel) };
  return {
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models.at(0)?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

/** Both protocols want a date, and the service tells none. */
const unknownDate = new Date(0);

const openaiModel = ({
  id,
  displayName,
  contextWindow,
  maxOutputTokens,
}: Model): Static<typeof OpenAIModel> => ({
  id,
  object: "model",
  created: unknownDate.getTime(),
  owned_by: "amazon-q",
  display_name: displayName,
  context_window: contextWindow,
  max_output_tokens: maxOutputTokens,
});

const anthropicModel = ({
  id,
  displayName,
  contextWindow,
  maxOutputTokens,
}: Model): Static<typeof AnthropicModel> => ({
  type: "model",
  id,
  display_name: displayName,
  created_at: unknownDate.toISOString(),
  max_input_tokens: contextWindow,
  max_tokens: maxOutputTokens,
});
