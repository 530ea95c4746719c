import type { JsonObject } from "../../json.ts";
import type { ServiceModel } from "./service-model.ts";

const thousand = 1000;
const million = 1_000_000;

interface Traits {
  text?: "only";
  fields?: JsonObject;
  /** Smallest stretch that the service's cache keeps, in tokens. */
  cachedFrom?: number;
  /** Credits per request, as a multiple of the plain one. */
  rate?: number;
  /** Month of release. */
  since?: `${number}-${number}`;
}

const model = (
  id: string,
  displayName: string,
  contextWindow: number,
  maxOutputTokens: number,
  { text, fields, cachedFrom, rate, since }: Traits,
): ServiceModel => ({
  id,
  displayName,
  contextWindow,
  maxOutputTokens,
  acceptsImages: text !== "only",
  acceptsDocuments: false,
  caching: cachedFrom === undefined ? undefined : { maxCheckpoints: 4, minTokens: cachedFrom },
  fields,
  price: rate === undefined ? undefined : { multiplier: rate, unit: "Credit" },
  releasedAt: since === undefined ? undefined : Date.parse(since),
});

/** The closed schemas of contract 2.5, in the form in which the service itself tells them. */
const claudeFields = (maxTokens: number, efforts: readonly string[]): JsonObject => ({
  type: "object",
  properties: {
    thinking: {
      type: "object",
      properties: {
        type: { type: "string", enum: ["adaptive", "disabled"] },
        display: { type: "string", enum: ["summarized", "omitted"] },
      },
      additionalProperties: false,
    },
    output_config: {
      type: "object",
      properties: { effort: { type: "string", enum: efforts } },
      additionalProperties: false,
    },
    max_tokens: { type: "integer", minimum: 1024, maximum: maxTokens },
  },
  additionalProperties: false,
});
const gptFields: JsonObject = {
  type: "object",
  properties: {
    reasoning: {
      type: "object",
      properties: { effort: { type: "string", enum: ["low", "medium", "high", "xhigh"] } },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const allEfforts = ["low", "medium", "high", "xhigh", "max"];
const effortsOf46 = ["low", "medium", "high", "max"];
const current = (maxTokens: number) => ({ fields: claudeFields(maxTokens, allEfforts), cachedFrom: 4096 });
const generation46 = { fields: claudeFields(64 * thousand, effortsOf46), cachedFrom: 4096 };
const opus = { rate: 2.2 };
const sonnet = { rate: 1.3, cachedFrom: 1024 };
const gpt = { fields: gptFields, since: "2026-07" } as const;
const textOnly = { text: "only" } as const;

/** What the service was known to offer in autumn 2026 (contract 7.1); plan and region decide what of it answers. */
export const builtInModels: readonly ServiceModel[] = [
  model("auto", "Auto", million, 64 * thousand, { rate: 1, cachedFrom: 1024, since: "2025-10" }),
  model("claude-opus-5", "Claude Opus 5", million, 128 * thousand, {
    ...current(128 * thousand),
    ...opus,
    since: "2026-07",
  }),
  model("claude-opus-4.8", "Claude Opus 4.8", million, 128 * thousand, {
    ...current(128 * thousand),
    ...opus,
    since: "2026-05",
  }),
  model("claude-opus-4.7", "Claude Opus 4.7", million, 64 * thousand, {
    ...current(64 * thousand),
    ...opus,
    since: "2026-04",
  }),
  model("claude-opus-4.6", "Claude Opus 4.6", million, 64 * thousand, {
    ...generation46,
    ...opus,
    since: "2026-02",
  }),
  model("claude-opus-4.5", "Claude Opus 4.5", 200 * thousand, 64 * thousand, {
    ...opus,
    cachedFrom: 4096,
    since: "2025-11",
  }),
  model("claude-fable-5.1", "Claude Fable 5.1", million, 64 * thousand, current(64 * thousand)),
  model("claude-fable-5", "Claude Fable 5", million, 64 * thousand, current(64 * thousand)),
  model("claude-sonnet-5", "Claude Sonnet 5", million, 128 * thousand, {
    ...current(128 * thousand),
    rate: 1.3,
    since: "2026-06",
  }),
  model("claude-sonnet-4.6", "Claude Sonnet 4.6", million, 64 * thousand, {
    ...generation46,
    ...sonnet,
    since: "2026-02",
  }),
  model("claude-sonnet-4.5", "Claude Sonnet 4.5", 200 * thousand, 64 * thousand, {
    ...sonnet,
    since: "2025-09",
  }),
  model("claude-sonnet-4", "Claude Sonnet 4", 200 * thousand, 64 * thousand, { ...sonnet, since: "2025-05" }),
  model("claude-3.7-sonnet", "Claude 3.7 Sonnet", 200 * thousand, 64 * thousand, {}),
  model("claude-haiku-4.5", "Claude Haiku 4.5", 200 * thousand, 64 * thousand, {
    rate: 0.4,
    cachedFrom: 4096,
    since: "2025-10",
  }),
  model("gpt-5.6-sol", "GPT-5.6 Sol", 272 * thousand, 64 * thousand, { ...gpt, rate: 2.4 }),
  model("gpt-5.6-terra", "GPT-5.6 Terra", 272 * thousand, 64 * thousand, { ...gpt, rate: 1.2 }),
  model("gpt-5.6-luna", "GPT-5.6 Luna", 272 * thousand, 64 * thousand, gpt),
  model("deepseek-3.2", "DeepSeek 3.2", 128 * thousand, 64 * thousand, { ...textOnly, rate: 0.25 }),
  model("minimax-m2.5", "MiniMax M2.5", 196 * thousand, 64 * thousand, { ...textOnly, rate: 0.25 }),
  model("minimax-m2.1", "MiniMax M2.1", 196 * thousand, 64 * thousand, { ...textOnly, rate: 0.15 }),
  model("glm-5", "GLM-5", 200 * thousand, 64 * thousand, { ...textOnly, rate: 0.5 }),
  model("qwen3-coder-next", "Qwen3 Coder Next", 256 * thousand, 64 * thousand, { ...textOnly, rate: 0.05 }),
];

export const builtInModel = (id: string): ServiceModel | undefined =>
  builtInModels.find((model) => model.id === id);

/** The service's offer changes monthly: what of a model is not known is taken for large, so that nothing is refused on a guess. */
export const unlistedModel = (id: string): ServiceModel => model(id, id, million, 64 * thousand, {});
