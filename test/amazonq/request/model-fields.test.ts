import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtInModels } from "../../../src/amazonq/models/models.ts";
import { modelFields } from "../../../src/amazonq/request/model-fields.ts";
import { usesThinkingTags } from "../../../src/amazonq/request/thinking-prompt.ts";
import type { JsonObject } from "../../../src/json.ts";
import { catalogue } from "../../../src/simulator/models.ts";
import { checkFields } from "../../../src/simulator/rules/fields.ts";
import type { ReasoningSetting, Settings } from "../../../src/turn/conversation.ts";
import { settings } from "../../support/arbitraries.ts";
import {
  assistant,
  build,
  call,
  conversation,
  modelNamed,
  result,
  spoken,
  user,
  violations,
} from "../../support/request.ts";

/** The schema that the simulated service tells of a model. */
function schemaOf(id: string): JsonObject {
  const found = catalogue.find(({ modelId }) => modelId === id)?.additionalModelRequestFieldsSchema;
  if (!found) throw new Error(`${id} takes no fields`);
  return JSON.parse(JSON.stringify(found));
}
const claude5 = schemaOf("claude-opus-5");
const claude46 = schemaOf("claude-sonnet-4.6");
const gpt = schemaOf("gpt-5.6-sol");

interface Case {
  name: string;
  settings: Settings;
  claude5?: object;
  claude46?: object;
  gpt?: object;
}
const adaptive = { type: "adaptive" };
const effort = (name: string) => ({ output_config: { effort: name } });
const cases: Case[] = [
  { name: "nothing asked", settings: {} },
  {
    name: "thinking on",
    settings: { reasoning: { enabled: true } },
    claude5: { thinking: adaptive, ...effort("high") },
    claude46: { thinking: adaptive, ...effort("high") },
  },
  {
    name: "thinking off",
    settings: { reasoning: { enabled: false } },
    claude5: { thinking: { type: "disabled" } },
    claude46: { thinking: { type: "disabled" } },
    gpt: { reasoning: { effort: "low" } },
  },
  {
    name: "an effort alone",
    settings: { reasoning: { effort: "xhigh" } },
    claude5: effort("xhigh"),
    claude46: effort("max"),
    gpt: { reasoning: { effort: "xhigh" } },
  },
  ...(
    [
      [1024, "low"],
      [10_000, "low"],
      [16_000, "medium"],
      [28_000, "high"],
      [31_999, "max"],
    ] as const
  ).map(([budgetTokens, name]) => ({
    name: `a budget of ${budgetTokens}`,
    settings: { reasoning: { enabled: true, budgetTokens } },
    claude5: { thinking: adaptive, ...effort(name) },
    claude46: { thinking: adaptive, ...effort(name) },
    gpt: { reasoning: { effort: name } },
  })),
  {
    name: "an effort beside a budget",
    settings: { reasoning: { enabled: true, effort: "low", budgetTokens: 32_000 } },
    claude5: { thinking: adaptive, ...effort("low") },
    claude46: { thinking: adaptive, ...effort("low") },
    gpt: { reasoning: { effort: "low" } },
  },
  {
    name: "thinking that is not shown",
    settings: { reasoning: { enabled: true, effort: "low", shown: false } },
    claude5: { thinking: { ...adaptive, display: "omitted" }, ...effort("low") },
    claude46: { thinking: adaptive, ...effort("low") },
    gpt: { reasoning: { effort: "low" } },
  },
  {
    name: "thinking that is shown",
    settings: { reasoning: { enabled: true, effort: "low", shown: true } },
    claude5: { thinking: { ...adaptive, display: "summarized" }, ...effort("low") },
    claude46: { thinking: adaptive, ...effort("low") },
    gpt: { reasoning: { effort: "low" } },
  },
  {
    name: "a limit of tokens",
    settings: { maxTokens: 32_000 },
    claude5: { max_tokens: 32_000 },
    claude46: { max_tokens: 32_000 },
  },
  {
    name: "a limit below what the model takes",
    settings: { maxTokens: 16 },
    claude5: { max_tokens: 1024 },
    claude46: { max_tokens: 1024 },
  },
  {
    name: "a limit above what the model takes",
    settings: { maxTokens: 1_000_000 },
    claude5: { max_tokens: 128_000 },
    claude46: { max_tokens: 64_000 },
  },
];

describe("R6: what the client set becomes the model's own fields", () => {
  test.each(cases)("$name", (row) => {
    expect(modelFields(row.settings, claude5, false)).toEqual(row.claude5 as JsonObject);
    expect(modelFields(row.settings, claude46, false)).toEqual(row.claude46 as JsonObject);
    expect(modelFields(row.settings, gpt, false)).toEqual(row.gpt as JsonObject);
    expect(modelFields(row.settings, undefined, false)).toBeUndefined();
  });

  test("a model whose efforts end early takes the strongest it has", () => {
    const schema = {
      properties: { reasoning: { properties: { effort: { enum: ["low", "medium", "high", "xhigh"] } } } },
    };
    expect(modelFields({ reasoning: { effort: "max" } }, schema, false)).toEqual({
      reasoning: { effort: "xhigh" },
    });
  });

  test("a schema of another form lets nothing through", () => {
    for (const schema of [
      {},
      { properties: null },
      { properties: { thinking: true, max_tokens: [] } },
      { properties: [] },
    ]) {
      expect(modelFields({ maxTokens: 5, reasoning: { enabled: true } }, schema, false)).toBeUndefined();
    }
  });

  const known = builtInModels.flatMap(({ id, fields }) => {
    const offered = catalogue.find(({ modelId }) => modelId === id);
    return offered ? [{ id, fields, schema: offered.additionalModelRequestFieldsSchema }] : [];
  });
  test.each(known)("of $id the built-in list lets nothing through that the service refuses", (model) => {
    const listed = JSON.parse(JSON.stringify(model.fields ?? {}));
    fc.assert(
      fc.property(settings(), (asked) => {
        const faults: string[] = [];
        const fields = modelFields(asked, listed, false) ?? {};
        checkFields(fields, model.schema, "", (path, fault) => faults.push(`${path} ${fault}`));
        expect(faults).toEqual([]);
      }),
    );
  });

  test("whatever is set, no closed schema is broken", () => {
    const schemas = [
      ...catalogue.map((model) => model.additionalModelRequestFieldsSchema),
      ...builtInModels.map(({ fields }) => fields && JSON.parse(JSON.stringify(fields))),
    ].filter((schema) => schema !== undefined);
    fc.assert(
      fc.property(settings(), fc.constantFrom(...schemas), fc.boolean(), (asked, schema, thinksUnaided) => {
        const faults: string[] = [];
        const fields = modelFields(asked, JSON.parse(JSON.stringify(schema)), thinksUnaided);
        expect(fields).not.toEqual({});
        checkFields(fields ?? {}, schema, "", (path, fault) => faults.push(`${path} ${fault}`));
        expect(faults).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a turn of tools", () => {
  const fieldsOf = (reasoning: ReasoningSetting) =>
    build(
      [user("a"), assistant(call("1")), user(result("1", "r"))],
      { settings: { reasoning } },
      { model: modelNamed("claude-opus-5") },
    ).body.additionalModelRequestFields;

  test("that goes on without its reasoning says the effort alone, which keeps the model thinking", () => {
    expect(fieldsOf({ enabled: true })).toEqual(effort("high"));
    expect(fieldsOf({ enabled: true, effort: "max", shown: false })).toEqual({
      thinking: { display: "omitted" },
      ...effort("max"),
    });
  });

  test("still says that thinking is off", () => {
    expect(fieldsOf({ enabled: false })).toEqual({ thinking: { type: "disabled" } });
  });
});

describe("a model without such fields", () => {
  const opening = (reasoning: ReasoningSetting, model = "claude-sonnet-4.5") =>
    spoken(
      build([user("Hi")], { settings: { reasoning }, system: ["Be brief."] }, { model: modelNamed(model) }),
    )[0];
  const prompt = (length: number) =>
    `user: <thinking_mode>enabled</thinking_mode>\n<max_thinking_length>${length}</max_thinking_length>\n\nBe brief.`;

  test.each<[string, ReasoningSetting, number]>([
    ["thinking on", { enabled: true }, 20_000],
    ["an effort", { enabled: true, effort: "low" }, 10_000],
    ["a budget", { enabled: true, budgetTokens: 31_999 }, 31_999],
    ["a budget beyond the longest answer", { budgetTokens: 100_000 }, 64_000],
  ])("is asked in its instructions to think, by %s", (_, reasoning, length) => {
    expect(opening(reasoning)).toBe(prompt(length));
    const asked = conversation([user("Hi")], { settings: { reasoning } });
    expect(usesThinkingTags(asked, modelNamed("claude-sonnet-4.5"))).toBe(true);
    expect(violations(build([user("Hi")], { settings: { reasoning } }))).toEqual([]);
  });

  test.each<[string, ReasoningSetting, string]>([
    ["nobody asked", {}, "claude-sonnet-4.5"],
    ["thinking is off", { enabled: false, effort: "high" }, "claude-sonnet-4.5"],
    ["only its showing was set", { shown: true }, "claude-sonnet-4.5"],
    ["only an effort was named, which is one of the whole answer", { effort: "high" }, "claude-sonnet-4.5"],
    ["the model has fields", { enabled: true }, "claude-opus-5"],
    ["the model has an effort", { enabled: true }, "gpt-5.6-sol"],
  ])("is not when %s", (_, reasoning, model) => {
    expect(opening(reasoning, model)).toBe("user: Be brief.");
    const asked = conversation([user("Hi")], { settings: { reasoning } });
    expect(usesThinkingTags(asked, modelNamed(model))).toBe(false);
  });
});
