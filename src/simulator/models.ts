import type { FieldSchema, ModelDescription } from "./model-description.ts";

type Row = readonly [
  id: string,
  name: string,
  contextTokens: number,
  outputTokens: number,
  rate: number,
  /** Tokens of the smallest cache checkpoint; 0 without caching. */
  checkpoint: number,
  input: "text" | "text and images",
  fields?: FieldSchema,
];

const choice = (values: readonly string[]): FieldSchema => ({ type: "string", enum: values });

const closed = (properties: Readonly<Record<string, FieldSchema>>): FieldSchema => ({
  type: "object",
  properties,
  additionalProperties: false,
});

const thinkingType = choice(["adaptive", "disabled"]);
const thinkingDisplay = choice(["summarized", "omitted"]);

const claude5 = closed({
  thinking: closed({ type: thinkingType, display: thinkingDisplay }),
  output_config: closed({ effort: choice(["low", "medium", "high", "xhigh", "max"]) }),
  max_tokens: { type: "integer", minimum: 1024, maximum: 128_000 },
});

/** One effort less than the fifth generation, and thinking cannot be hidden. */
const claude46 = closed({
  thinking: closed({ type: thinkingType }),
  output_config: closed({ effort: choice(["low", "medium", "high", "max"]) }),
  max_tokens: { type: "integer", minimum: 1024, maximum: 64_000 },
});

const gpt = closed({ reasoning: closed({ effort: choice(["low", "medium", "high", "xhigh", "max"]) }) });

const rows: readonly Row[] = [
  ["auto", "Auto", 1_000_000, 64_000, 1, 1024, "text and images"],
  ["claude-opus-5", "Claude Opus 5", 1_000_000, 128_000, 2.2, 4096, "text and images", claude5],
  ["claude-opus-4.8", "Claude Opus 4.8", 1_000_000, 128_000, 2.2, 4096, "text and images", claude5],
  ["claude-opus-4.6", "Claude Opus 4.6", 1_000_000, 64_000, 2.2, 4096, "text and images", claude46],
  ["claude-opus-4.5", "Claude Opus 4.5", 200_000, 64_000, 2.2, 4096, "text and images"],
  ["claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, 1.3, 1024, "text and images", claude5],
  ["claude-sonnet-4.6", "Claude Sonnet 4.6", 1_000_000, 64_000, 1.3, 1024, "text and images", claude46],
  ["claude-sonnet-4.5", "Claude Sonnet 4.5", 200_000, 64_000, 1.3, 1024, "text and images"],
  ["claude-sonnet-4", "Claude Sonnet 4", 200_000, 64_000, 1.3, 1024, "text and images"],
  ["claude-haiku-4.5", "Claude Haiku 4.5", 200_000, 64_000, 0.4, 1024, "text and images"],
  ["gpt-5.6-sol", "GPT-5.6 Sol", 272_000, 64_000, 2.4, 0, "text and images", gpt],
  ["deepseek-3.2", "DeepSeek 3.2", 128_000, 64_000, 0.25, 0, "text"],
  ["glm-5", "GLM-5", 200_000, 64_000, 0.5, 0, "text"],
  ["qwen3-coder-next", "Qwen3 Coder Next", 256_000, 64_000, 0.05, 0, "text"],
];

const describe = (row: Row): ModelDescription => {
  const [id, name, contextTokens, outputTokens, rate, checkpoint, input, fields] = row;
  return {
    modelId: id,
    modelName: name,
    description: `${name}, as far as a simulator can be it.`,
    rateMultiplier: rate,
    rateUnit: "Credit",
    supportedInputTypes: input === "text" ? ["TEXT"] : ["TEXT", "IMAGE"],
    tokenLimits: { maxInputTokens: contextTokens, maxOutputTokens: outputTokens },
    promptCaching: {
      supportsPromptCaching: checkpoint > 0,
      minimumTokensPerCacheCheckpoint: checkpoint,
      maximumCacheCheckpointsPerRequest: checkpoint > 0 ? 4 : 0,
    },
    ...(fields && { additionalModelRequestFieldsSchema: fields }),
  };
};

/** The models of a paying account in the summer of 2026; the first is the default. */
export const catalogue: readonly ModelDescription[] = rows.map(describe);
