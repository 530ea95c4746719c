import { describe, expect, test } from "bun:test";
import type { Edits } from "../../../src/cli/edit/edit.ts";
import { tomlTable } from "../../../src/cli/edit/toml-table.ts";
import { yamlListItem, yamlMembers } from "../../../src/cli/edit/yaml.ts";

function textOf({ write }: Pick<Edits, "write">, before: string): string {
  const result = write(before);
  if ("refusal" in result) throw new Error(result.refusal);
  return result.text;
}

const provider = (port: number) =>
  tomlTable("model_providers", "aqbridge", {
    base_url: `http://127.0.0.1:${port}/v1`,
    wire_api: "responses",
  });
const ours = { base_url: "http://127.0.0.1:8000/v1", wire_api: "responses" };

describe("a TOML table", () => {
  test.each([
    ["no file", "", {}],
    ["top-level keys alone", 'model = "gpt"', { model: "gpt" }],
    ["another table at the end", "[tui]\nanimations = false\n", { tui: { animations: false } }],
  ])("is appended to %s", (_, before, rest) => {
    const text = textOf(provider(8000), before);
    expect(text).toStartWith(before);
    expect(Bun.TOML.parse(text)).toEqual({ ...rest, model_providers: { aqbridge: ours } });
    expect(textOf(provider(8000), text)).toBe(text);
  });

  test("stands beside tables of the same parent", () => {
    const text = textOf(provider(8000), '[model_providers.lms]\nname = "LM"\n');
    expect(Bun.TOML.parse(text)).toEqual({ model_providers: { lms: { name: "LM" }, aqbridge: ours } });
  });

  test("is renewed in its place, whatever was written behind it", () => {
    const before = `${textOf(provider(9000), "a = 1\n")}[b]\nc = 2\n`;
    const text = textOf(provider(8000), before);
    expect(text).toBe(before.replace("9000", "8000"));
    expect(Bun.TOML.parse(text)).toEqual({ a: 1, model_providers: { aqbridge: ours }, b: { c: 2 } });
  });

  test("is found again in a file whose line breaks an editor has changed", () => {
    const text = textOf(provider(9000), "a = 1\n").replaceAll("\n", "\r\n");
    expect(Bun.TOML.parse(textOf(provider(8000), text))).toEqual({
      a: 1,
      model_providers: { aqbridge: ours },
    });
  });

  test.each([
    ["[model_providers.aqbridge]\nname = 'mine'\n"],
    ['[ model_providers . "aqbridge" ]\n'],
    ["model_providers = { x = { name = 'x' } }\n"],
    ["model_providers.x.name = 'x'\n"],
    ["# >>> aqbridge >>>\n[x]\n"],
  ])("is not put where it would clash: %j", (before) => {
    expect(provider(8000).write(before)).toEqual({ refusal: expect.any(String) });
  });
});

describe("top-level YAML members", () => {
  const edit = yamlMembers({ model: "openai/x", "openai-api-base": "http://h/v1" });
  const members = { model: "openai/x", "openai-api-base": "http://h/v1" };

  test.each([
    ["", {}],
    ["dark-mode: true # I like it\n", { "dark-mode": true }],
    ["read: [a, b]", { read: ["a", "b"] }],
  ])("are appended to %j", (before, rest) => {
    const text = textOf(edit, before);
    expect(text).toStartWith(before);
    expect(Bun.YAML.parse(text)).toEqual({ ...rest, ...members });
    expect(textOf(edit, text)).toBe(text);
  });

  test.each([["model: gpt\n"], ["- a\n"], ["{a: 1}\n"], ["a: [\n"]])("leave %j alone", (before) => {
    expect(edit.write(before)).toEqual({ refusal: expect.any(String) });
  });
});

describe("an item of a YAML list", () => {
  const item = { name: "ours", apiBase: "http://h/v1" };
  const edit = yamlListItem("models", item, { name: "n", schema: "v1" });

  test.each([
    ["begins a file", "", { name: "n", schema: "v1", models: [item] }],
    ["begins the list", "name: mine\n", { name: "mine", models: [item] }],
    [
      "joins the others",
      "name: mine\nmodels: # all of them\n\n  # the first\n  - name: a\n    roles:\n      - chat\n  - name: b\nrules: []\n",
      { name: "mine", models: [item, { name: "a", roles: ["chat"] }, { name: "b" }], rules: [] },
    ],
    [
      "joins others that are not indented",
      "models:\n- name: a\nname: x\n",
      { models: [item, { name: "a" }], name: "x" },
    ],
  ])("%s", (_, before, meaning) => {
    const text = textOf(edit, before);
    expect(Bun.YAML.parse(text)).toEqual(meaning);
    for (const line of before.split("\n")) expect(text).toContain(line);
    expect(textOf(edit, text)).toBe(text);
  });

  test.each([
    ["", "rules: []\n"],
    ["name: mine\n", "  - name: later\n"],
    ["models:\n  - name: a\n", "rules: []\n"],
  ])("is renewed in its place, in a file that was %j, with %j written behind", (before, behind) => {
    const first = textOf(yamlListItem("models", { ...item, apiBase: "http://old" }, { name: "n" }), before);
    const renewed = textOf(edit, first + behind);
    expect(renewed).toEndWith(behind);
    expect(Bun.YAML.parse(renewed)).toMatchObject({ models: expect.arrayContaining([item]) });
    expect(renewed).not.toContain("http://old");
  });

  test.each([["models: []\n"], ["models: [{name: a}]\n"], ["models: none\n"], ["- a\n"]])(
    "leaves %j alone",
    (before) => {
      expect(edit.write(before)).toEqual({ refusal: expect.any(String) });
    },
  );
});
