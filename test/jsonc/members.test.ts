import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { withMembers } from "../../src/jsonc/members.ts";

describe("members are set", () => {
  const cases: [string, string, Record<string, string>, string][] = [
    ["among others", '{"a": 1, "b": "x", "c": 1.50}', { b: "y" }, '{"a": 1, "b": "y", "c": 1.50}'],
    [
      "beside numbers that a parser would round",
      '{"n":12345678901234567890,"e":1E400,"b":"x"}',
      { b: "y" },
      '{"n":12345678901234567890,"e":1E400,"b":"y"}',
    ],
    [
      "but not those of inner objects",
      '{"in":{"b":"x","l":[{"b":1}]},"b":2}',
      { b: "y" },
      '{"in":{"b":"x","l":[{"b":1}]},"b":"y"}',
    ],
    ["whatever they held", '{"b":{"deep":[1,{}]},"c":[]}', { b: "y", c: "z" }, '{"b":"y","c":"z"}'],
    ["however their names are spelled", '{"\\u0062":"x"}', { b: "y" }, '{"\\u0062":"y"}'],
    ["where they count when they stand twice", '{"b":1,"b":2}', { b: "y" }, '{"b":1,"b":"y"}'],
    ["that were not there, at the end", '{\n  "a": 1\n}\n', { b: "y" }, '{\n  "a": 1,\n  "b": "y"\n}\n'],
    ["in an empty object", "{ }", { b: "y", c: "z" }, '{\n  "b": "y",\n  "c": "z"\n}'],
    ["with quotes and braces inside", '{"a":"}\\",{","b":"\\\\"}', { b: '"' }, '{"a":"}\\",{","b":"\\""}'],
  ];
  test.each(cases)("%s", (_, text, values, expected) => {
    expect(withMembers(text, values)).toBe(expected);
  });
});

test("a text of megabytes is no hindrance", () => {
  const long = `{"a": "${"x".repeat(3_000_000)}", "b": "x"}`;
  expect(withMembers(long, { b: "y" })).toBe(long.replace('"b": "x"', '"b": "y"'));
});

test("any object keeps its other members, in their order", () => {
  const values = { access_token: "aoa", refresh_token: "aor" };
  const object = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom(...Object.keys(values))),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(object, fc.constantFrom(0, 2, "\t"), (given, indent) => {
      const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(given));
      const result = JSON.parse(withMembers(JSON.stringify(given, null, indent), values));
      expect(result).toEqual({ ...parsed, ...values });
      expect(Object.keys(result)).toEqual(Object.keys({ ...parsed, ...values }));
    }),
  );
});
