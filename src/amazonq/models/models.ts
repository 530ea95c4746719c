import type { JsonObject } from "../../json.ts";
import type { ServiceModel } from "./service-model.ts";

interface Traits {
  text?: "only";
  /** Levels of effort; a model that has them also has a switch for its thinking and a limit for its output. */
  efforts?: readonly string[];
  /** Whether the switch can also hide the thinking. */
  hidesThinking?: boolean;
  /** Of a model without `efforts`. */
  fields?: JsonObject;
  caches?: true;
  /** Credits per request, as a multiple of the plain one. */
  rate?: number;
  /** Month of release. */
  since?: `${number}-${number}`;
}

/** The context window and the longest answer are in thousands of tokens. */
function model(
  id: string,
  displayName: string,
  contextWindow: number,
  maxOutputTokens: number,
  { text, efforts, hidesThinking, fields, caches, rate, since }: Traits = {},
): ServiceModel {
  return {
    id,
    displayName,
    contextWindow: contextWindow * 1000,
    maxOutputTokens: maxOutputTokens * 1000,
    acceptsImages: text !== "only",
    acceptsDocuments: false,
    maxCacheMarks: caches ? 4 : 0,
    fields: efforts ? claudeFields(maxOutputTokens * 1000, efforts, hidesThinking) : fields,
    price: rate === undefined ? undefined : { multiplier: rate, unit: "Credit" },
    releasedAt: since === undefined ? undefined : Date.parse(since),
  };
}

const closed = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  additionalProperties: false,
});
const choice = (...names: readonly string[]): JsonObject => ({ type: "string", enum: names });

/** The closed schemas of contract 2.5, in the form in which the service itself states them. */
const claudeFields = (maxTokens: number, efforts: readonly string[], hidesThinking = false): JsonObject =>
  closed({
    thinking: closed({
      type: choice("adaptive", "disabled"),
      ...(hidesThinking && { display: choice("summarized", "omitted") }),
    }),
    output_config: closed({ effort: choice(...efforts) }),
    max_tokens: { type: "integer", minimum: 1024, maximum: maxTokens },
  });
const gptFields = closed({ reasoning: closed({ effort: choice("low", "medium", "high", "xhigh") }) });

const claude5 = {
  efforts: ["low", "medium", "high", "xhigh", "max"],
  hidesThinking: true,
  caches: true,
} as const;
const claude46 = { efforts: ["low", "medium", "high", "max"] } as const;
const opus = { rate: 2.2, caches: true } as const;
const sonnet = { rate: 1.3, caches: true } as const;
const gpt = { fields: gptFields, since: "2026-07" } as const;
const textOnly = { text: "only" } as const;

/** What the service was known to offer in autumn 2026 (contract 7.1); plan and region decide which of it is available. */
export const builtInModels: readonly ServiceModel[] = [
  model("auto", "Auto", 1000, 64, { rate: 1, caches: true, since: "2025-10" }),
  model("claude-opus-5", "Claude Opus 5", 1000, 128, { ...opus, ...claude5, since: "2026-07" }),
  model("claude-opus-4.8", "Claude Opus 4.8", 1000, 128, { ...opus, ...claude5, since: "2026-05" }),
  model("claude-opus-4.7", "Claude Opus 4.7", 1000, 64, { ...opus, ...claude5, since: "2026-04" }),
  model("claude-opus-4.6", "Claude Opus 4.6", 1000, 64, { ...opus, ...claude46, since: "2026-02" }),
  model("claude-opus-4.5", "Claude Opus 4.5", 200, 64, { ...opus, since: "2025-11" }),
  model("claude-fable-5.1", "Claude Fable 5.1", 1000, 64, claude5),
  model("claude-fable-5", "Claude Fable 5", 1000, 64, claude5),
  model("claude-sonnet-5", "Claude Sonnet 5", 1000, 128, { ...sonnet, ...claude5, since: "2026-06" }),
  model("claude-sonnet-4.6", "Claude Sonnet 4.6", 1000, 64, { ...sonnet, ...claude46, since: "2026-02" }),
  model("claude-sonnet-4.5", "Claude Sonnet 4.5", 200, 64, { ...sonnet, since: "2025-09" }),
  model("claude-sonnet-4", "Claude Sonnet 4", 200, 64, { ...sonnet, since: "2025-05" }),
  model("claude-3.7-sonnet", "Claude 3.7 Sonnet", 200, 64),
  model("claude-haiku-4.5", "Claude Haiku 4.5", 200, 64, { rate: 0.4, caches: true, since: "2025-10" }),
  model("gpt-5.6-sol", "GPT-5.6 Sol", 272, 64, { ...gpt, rate: 2.4 }),
  model("gpt-5.6-terra", "GPT-5.6 Terra", 272, 64, { ...gpt, rate: 1.2 }),
  model("gpt-5.6-luna", "GPT-5.6 Luna", 272, 64, gpt),
  model("deepseek-3.2", "DeepSeek 3.2", 128, 64, { ...textOnly, rate: 0.25 }),
  model("minimax-m2.5", "MiniMax M2.5", 196, 64, { ...textOnly, rate: 0.25 }),
  model("minimax-m2.1", "MiniMax M2.1", 196, 64, { ...textOnly, rate: 0.15 }),
  model("glm-5", "GLM-5", 200, 64, { ...textOnly, rate: 0.5 }),
  model("qwen3-coder-next", "Qwen3 Coder Next", 256, 64, { ...textOnly, rate: 0.05 }),
];

export const builtInModel = (id: string): ServiceModel | undefined =>
  builtInModels.find((model) => model.id === id);

/** The service's offer changes monthly: an unknown model is assumed to be large, so that nothing is refused on a guess. */
export const unlistedModel = (id: string): ServiceModel => model(id, id, 1000, 64);
