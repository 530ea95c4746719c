import type { JsonObject } from "../json.ts";
import type { ServiceModel } from "./service-model.ts";

const thousand = 1000;
const million = 1_000_000;

interface Traits {
  text?: "only";
  fields?: JsonObject;
  /** Smallest stretch that the service's cache keeps, in tokens. */
  cachedFrom?: number;
}

const model = (
  id: string,
  displayName: string,
  contextWindow: number,
  maxOutputTokens: number,
  { text, fields, cachedFrom }: Traits = {},
): ServiceModel => ({
  id,
  displayName,
  contextWindow,
  maxOutputTokens,
  acceptsImages: text !== "only",
  acceptsDocuments: false,
  caching: cachedFrom === undefined ? undefined : { maxCheckpoints: 4, minTokens: cachedFrom },
  fields,
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
const textOnly = { text: "only" } as const;

/** What the service was known to offer in autumn 2026, each family's newest first; plan and region decide what of it answers. */
export const builtInModels: readonly ServiceModel[] = [
  model("auto", "Auto", million, 64 * thousand, { cachedFrom: 1024 }),
  model("claude-opus-5", "Claude Opus 5", million, 128 * thousand, current(128 * thousand)),
  model("claude-opus-4.8", "Claude Opus 4.8", million, 128 * thousand, current(128 * thousand)),
  model("claude-opus-4.7", "Claude Opus 4.7", million, 64 * thousand, current(64 * thousand)),
  model("claude-opus-4.6", "Claude Opus 4.6", million, 64 * thousand, generation46),
  model("claude-opus-4.5", "Claude Opus 4.5", 200 * thousand, 64 * thousand, { cachedFrom: 4096 }),
  model("claude-fable-5.1", "Claude Fable 5.1", million, 64 * thousand, current(64 * thousand)),
  model("claude-fable-5", "Claude Fable 5", million, 64 * thousand, current(64 * thousand)),
  model("claude-sonnet-5", "Claude Sonnet 5", million, 128 * thousand, current(128 * thousand)),
  model("claude-sonnet-4.6", "Claude Sonnet 4.6", million, 64 * thousand, {
    ...generation46,
    cachedFrom: 1024,
  }),
  model("claude-sonnet-4.5", "Claude Sonnet 4.5", 200 * thousand, 64 * thousand, { cachedFrom: 1024 }),
  model("claude-sonnet-4", "Claude Sonnet 4", 200 * thousand, 64 * thousand, { cachedFrom: 1024 }),
  model("claude-3.7-sonnet", "Claude 3.7 Sonnet", 200 * thousand, 64 * thousand),
  model("claude-haiku-4.5", "Claude Haiku 4.5", 200 * thousand, 64 * thousand, { cachedFrom: 4096 }),
  model("gpt-5.6-sol", "GPT-5.6 Sol", 272 * thousand, 64 * thousand, { fields: gptFields }),
  model("gpt-5.6-terra", "GPT-5.6 Terra", 272 * thousand, 64 * thousand, { fields: gptFields }),
  model("gpt-5.6-luna", "GPT-5.6 Luna", 272 * thousand, 64 * thousand, { fields: gptFields }),
  model("deepseek-3.2", "DeepSeek 3.2", 128 * thousand, 64 * thousand, textOnly),
  model("minimax-m2.5", "MiniMax M2.5", 196 * thousand, 64 * thousand, textOnly),
  model("minimax-m2.1", "MiniMax M2.1", 196 * thousand, 64 * thousand, textOnly),
  model("glm-5", "GLM-5", 200 * thousand, 64 * thousand, textOnly),
  model("qwen3-coder-next", "Qwen3 Coder Next", 256 * thousand, 64 * thousand, textOnly),
];

const builtInIds = new Set(builtInModels.map(({ id }) => id));

/** Well beyond any real one; the patterns below take their time with longer ones. */
const longestName = 200;

/** Vendors, regions and marketplaces that clients put in front of a model's own name. */
const prefix = /^(.*\/)?(([a-z]+\.)?anthropic\.)?/;
/** Releases, context sizes and proxies' effort marks; a name may end in several. */
const suffix =
  /(\[1m\]|-1m|-latest|[-@]20\d{6}|-v\d+([:-]\d+)?|:thinking|-thinking|-agentic|-(low|medium|high|xhigh|max))$/;

/**
 * The built-in model that a name means, however its vendor, version, release and context size are spelled; undefined
 * for one that means none of them.
 */
export function resolveModelId(name: string): string | undefined {
  if (name.length > longestName) return undefined;
  const id = canonicalId(withoutSuffixes(name.trim().toLowerCase().replaceAll("_", "-").replace(prefix, "")));
  return builtInIds.has(id) ? id : newestOfFamily(id);
}

function withoutSuffixes(name: string): string {
  const shorter = name.replace(suffix, "");
  return shorter === name ? name : withoutSuffixes(shorter);
}

const aliases = new Map([
  ["amazon-q", "auto"],
  // The one model whose id has its version in front.
  ["claude-sonnet-3.7", "claude-3.7-sonnet"],
]);

/** Family before version, a dot inside the version, none behind a single number. */
function canonicalId(name: string): string {
  const spelled = name
    .replace(/^(?=(opus|sonnet|haiku|fable)-\d)/, "claude-")
    .replace(/^claude-(\d+(?:[.-]\d+)?)-([a-z]+)$/, "claude-$2-$1")
    .replace(/(\d)-(?=\d+(?:-|$))/, "$1.")
    .replace(/^(claude-[a-z]+-\d+)\.0$/, "$1");
  return aliases.get(spelled) ?? spelled;
}

function newestOfFamily(name: string): string | undefined {
  const family = /^(?:claude-)?([a-z]+)$/.exec(name)?.[1];
  if (!family) return undefined;
  return builtInModels.find(({ id }) => id.startsWith(`claude-${family}-`))?.id;
}
