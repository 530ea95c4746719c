import { describe, expect, test } from "bun:test";
import { modelNames } from "../../../src/amazonq/models/model-names.ts";
import { builtInModels, unlistedModel } from "../../../src/amazonq/models/models.ts";
import { busyMs } from "../../support/busy.ts";

const meaning = (name: string, ...ids: readonly string[]) =>
  modelNames(ids.length > 0 ? ids.map(unlistedModel) : builtInModels).find(name)?.id;

const meanings: Record<string, readonly string[]> = {
  auto: ["auto", "AUTO", " Auto ", "amazon-q", "amazonq/auto", "Amazon-Q"],
  "claude-opus-5": [
    "claude-opus-5",
    "opus",
    "claude-opus",
    "claude-opus-latest",
    "claude-opus-5-20260715",
    "claude-opus-5[1m]",
    "claude-opus-5.0",
    "claude-opus-5-1m",
  ],
  "claude-opus-4.8": ["claude-opus-4-8", "claude-opus-4.8", "opus-4.8"],
  "claude-opus-4.7": ["claude-opus-4-7", "anthropic/claude-opus-4.7"],
  "claude-opus-4.6": ["claude-opus-4-6[1m]", "claude-opus-4.6-1m", "claude-opus-4-6-20260205[1m]"],
  "claude-opus-4.5": ["claude-opus-4-5-20251101", "claude-4-5-opus", "claude-4.5-opus-high"],
  "claude-sonnet-5": ["sonnet", "claude-sonnet-5", "claude-sonnet-5-thinking", "Sonnet"],
  "claude-sonnet-4.6": ["claude-sonnet-4-6", "claude-sonnet-4-6-max", "claude-sonnet-4.6-thinking-xhigh"],
  "claude-sonnet-4.5": [
    "claude-sonnet-4-5",
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "anthropic.claude-sonnet-4-5",
    "kiro/claude-sonnet-4.5",
    "openrouter/anthropic/claude-sonnet-4.5:thinking",
    "claude-sonnet-4-5@20250929",
    "claude-sonnet-4-5-latest",
    "claude-sonnet-4.5-agentic",
    "CLAUDE_SONNET_4_5_20250929_V1_0",
  ],
  "claude-sonnet-4": [
    "claude-sonnet-4",
    "claude-sonnet-4-20250514",
    "claude-sonnet-4-0",
    "claude-4-sonnet",
    "CLAUDE_SONNET_4_20250514_V1_0",
  ],
  "claude-3.7-sonnet": [
    "claude-3-7-sonnet",
    "claude-3.7-sonnet",
    "claude-3-7-sonnet-latest",
    "claude-3-7-sonnet-20250219",
    "claude-sonnet-3.7",
    "CLAUDE_3_7_SONNET_20250219_V1_0",
  ],
  "claude-haiku-4.5": ["haiku", "claude-haiku-4-5-20251001", "claude-haiku-4.5"],
  "claude-fable-5.1": ["fable", "claude-fable-5-1"],
  "claude-fable-5": ["claude-fable-5"],
  "gpt-5.6-sol": ["gpt-5.6-sol", "gpt-5-6-sol", "openai/gpt-5.6-sol-high"],
  "deepseek-3.2": ["deepseek-3.2", "deepseek-3-2", "deepseek/deepseek-3.2"],
  "minimax-m2.5": ["minimax-m2-5", "MiniMax-M2.5"],
  "glm-5": ["glm-5"],
  "qwen3-coder-next": ["qwen3-coder-next"],
};

const lists: readonly (readonly [name: string, ids: readonly string[], id: string | undefined])[] = [
  ["sonnet", ["claude-sonnet-4", "claude-sonnet-4.5", "claude-haiku-4.5"], "claude-sonnet-4.5"],
  ["sonnet", ["claude-3.7-sonnet", "claude-sonnet-4"], "claude-sonnet-4"],
  ["opus", ["claude-opus-4.9", "claude-opus-4.10"], "claude-opus-4.10"],
  ["opus", ["claude-sonnet-4.5"], undefined],
  ["claude-opus-5", ["claude-opus-4.5"], undefined],
  ["claude-opus-6-1-latest", ["claude-opus-6", "claude-opus-6.1"], "claude-opus-6.1"],
  ["claude-sonnet-4-5[1m]", ["claude-sonnet-4.5", "claude-sonnet-4.5-1m"], "claude-sonnet-4.5-1m"],
  ["claude-sonnet-4-5", ["claude-sonnet-4.5-1m", "claude-sonnet-4.5"], "claude-sonnet-4.5"],
  [
    "CLAUDE_SONNET_4_20250514_V1_0",
    ["CLAUDE_SONNET_4_20250514_V1_0", "claude-sonnet-4"],
    "CLAUDE_SONNET_4_20250514_V1_0",
  ],
  ["amazon-q", ["claude-sonnet-5", "auto"], "claude-sonnet-5"],
  ["auto", ["claude-sonnet-5"], undefined],
];

test.each(lists)("%s means of %j the model %s", (name, ids, id) => expect(meaning(name, ...ids)).toBe(id));

describe("a model's name", () => {
  for (const [id, names] of Object.entries(meanings)) {
    for (const name of names) {
      test(`${JSON.stringify(name)} means ${id}`, () => expect(meaning(name)).toBe(id));
    }
  }

  test("of no known model means none", () => {
    const unknown = [
      "",
      "gpt-4o",
      "claude-opus-4-1-20250805",
      "claude-3-5-haiku-latest",
      "claude-opus-5-5",
      "claude-opus-5.5",
      "claude-sonnet-5-1",
      "claude-sonnet-4-7-20260701",
      "claude-haiku-5",
      "claude",
      "claude-opus-4-55",
      "claude-sonnet-45",
      "claude-2.1",
      "toString",
      "claude-",
      "sonnet-9",
      "a/b/c",
      "-thinking",
    ];
    expect(unknown.map((name) => meaning(name))).toEqual(unknown.map(() => undefined));
  });

  test("of any length is read at once", () => {
    const started = busyMs();
    expect(meaning("-thinking".repeat(20_000))).toBeUndefined();
    expect(busyMs() - started).toBeLessThan(1000);
  });
});

test.each([
  ["claude-opus-5-5", "claude-opus-5"],
  ["claude-sonnet-5-1[1m]", "claude-sonnet-5"],
  ["claude-opus-4-1-20250805", "claude-opus-4.5"],
  ["us.anthropic.claude-sonnet-4-2-20250714-v1:0", "claude-sonnet-4"],
  ["claude-3-5-haiku-latest", "claude-haiku-4.5"],
  ["claude-haiku-9-thinking", "claude-haiku-4.5"],
  ["claude-instant-1.2", undefined],
  ["claude-2.1", undefined],
  ["gpt-5.7", undefined],
  ["claude-opus-", undefined],
])("%s is nearest to %s", (name, id) => {
  expect(modelNames(builtInModels).nearest(name)?.id).toBe(id);
  expect(modelNames(builtInModels.toReversed()).nearest(name)?.id).toBe(id);
});

test("every built-in model is found by its own id, in any case", () => {
  for (const { id } of builtInModels) {
    expect(meaning(id)).toBe(id);
    expect(meaning(id.toUpperCase())).toBe(id);
  }
});

test("ids are such as the service takes, and no two are the same", () => {
  for (const { id } of builtInModels) expect(id).toMatch(/^[a-zA-Z0-9_:.-]+$/);
  expect(new Set(builtInModels.map(({ id }) => id)).size).toBe(builtInModels.length);
});
