import type { BetaModelInfo } from "@anthropic-ai/sdk/resources/beta/models";
import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { BridgeError } from "../errors.ts";
import { nullable, open } from "../http/schema.ts";
import type { Model, Upstream } from "../upstream.ts";

/** Members that neither vendor's API has; those that the service does not tell are left out. */
const facts = {
  input_modalities: Type.Array(Type.String()),
  rate_multiplier: Type.Optional(Type.Number()),
  rate_unit: Type.Optional(Type.String()),
};
const OpenAIModel = open({
  id: Type.String(),
  object: Type.Literal("model"),
  created: Type.Integer(),
  owned_by: Type.String(),
  display_name: Type.String(),
  context_window: Type.Number(),
  max_output_tokens: Type.Number(),
  ...facts,
});
const AnthropicModel = open({
  type: Type.Literal("model"),
  id: Type.String(),
  display_name: Type.String(),
  created_at: Type.String(),
  lifecycle: Type.Literal("active"),
  max_input_tokens: Type.Number(),
  max_tokens: Type.Number(),
  ...facts,
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

/** The models in the shape of the client's protocol: Anthropic's when the request names its version. */
export const modelRoutes = (prefix: string, upstream: Upstream) =>
  new Elysia({ prefix, normalize: false })
    .get("/models", ({ request }) => modelList(upstream.models(), isAnthropic(request)), {
      response: { 200: ModelListAnswer },
    })
    .get(
      "/models/*",
      ({ request, params }) => {
        const model = upstream.findModel(unescaped(params["*"]));
        if (model) return isAnthropic(request) ? anthropicModel(model) : openaiModel(model);
        throw new BridgeError("model", "There is no such model; GET /v1/models lists them.");
      },
      { response: { 200: ModelAnswer } },
    );

/** A name whose escapes are broken is taken as it is; nothing has it. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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

const factsOf = ({ acceptsImages, acceptsDocuments, price }: Model) => ({
  input_modalities: ["text", ...(acceptsImages ? ["image"] : []), ...(acceptsDocuments ? ["file"] : [])],
  ...(price && { rate_multiplier: price.multiplier, rate_unit: price.unit }),
});

/** Both protocols want a date, even where a model's release is not known. */
const dateOf = ({ releasedAt }: Model): Date => new Date(releasedAt ?? 0);

const openaiModel = (model: Model): Static<typeof OpenAIModel> => ({
  id: model.id,
  object: "model",
  created: dateOf(model).getTime() / 1000,
  owned_by: "amazon-q",
  display_name: model.displayName,
  context_window: model.contextWindow,
  max_output_tokens: model.maxOutputTokens,
  ...factsOf(model),
});

/** The service does not say. */
const untold = {
  allowed_fallback_models: null,
  capabilities: null,
  deprecated_at: null,
  line: null,
  retires_at: null,
};

const anthropicModel = (model: Model): BetaModelInfo & Static<typeof AnthropicModel> => ({
  type: "model",
  id: model.id,
  display_name: model.displayName,
  created_at: dateOf(model).toISOString(),
  max_input_tokens: model.contextWindow,
  max_tokens: model.maxOutputTokens,
  lifecycle: "active",
  ...untold,
  ...factsOf(model),
});
