import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonChange, type JsonRemoval, jsonMembers } from "../../../src/cli/edit/json-members.ts";
import { isJsonObject, type JsonObject } from "../../../src/json.ts";
import type { JsonMember } from "../../../src/jsonc/members.ts";
import { parseJsonc } from "../../../src/jsonc/parse.ts";

function edited(text: string, ...changes: readonly JsonChange[]): string {
  const result = jsonMembers(changes).write(text);
  if ("refusal" in result) throw new Error(result.refusal);
  return result.text;
}

const set = (path: string, value: JsonMember["value"]): JsonMember => ({ path: path.split("."), value });

describe("a member is set", () => {
  test.each([
    ["in no file", "", '{\n  "a": 1\n}\n'],
    ["in an empty object", "{}", '{\n  "a": 1\n}'],
    ["in an object with a comment only", "{\n  // why\n}\n", '{\n  // why\n  "a": 1\n}\n'],
    ["behind the others", '{\n\t"b": [1, {}]\n}\n', '{\n\t"b": [1, {}],\n\t"a": 1\n}\n'],
    ["in one line", '{"b":{"c":"}"}}', '{"b":{"c":"}"},\n  "a": 1\n}'],
    ["behind a trailing comma", '{\n    "b": 2,\n}', '{\n    "b": 2,\n    "a": 1\n}'],
    ["behind a last comment", '{\n  "b": 2 // two, }\n}', '{\n  "b": 2, // two, }\n  "a": 1\n}'],
    ["with the file's line breaks", '{\r\n  "b": 2\r\n}\r\n', '{\r\n  "b": 2,\r\n  "a": 1\r\n}\r\n'],
    [
      "in its old place",
      '{ "a" /* the */ : 0 /* one */, "b": 2 }',
      '{ "a" /* the */ : 1 /* one */, "b": 2 }',
    ],
    ["where it counts when it stands twice", '{ "a": 0, "a": 0 }', '{ "a": 0, "a": 1 }'],
    ["not at all when it is there", '{"a":1.0}', '{"a":1.0}'],
  ])("%s", (_, before, after) => {
    expect(edited(before, set("a", 1))).toBe(after);
  });

  test("deep in objects that are there, and in new ones", () => {
    const before = '{\n  "env": { "X": "y" },\n  "n": 1\n}\n';
    expect(edited(before, set("env.A", "b"), set("p.q", { r: [] }))).toBe(
      '{\n  "env": { "X": "y",\n    "A": "b"\n  },\n  "n": 1,\n  "p": {\n    "q": {\n      "r": []\n    }\n  }\n}\n',
    );
  });

  test("only where nothing stands, when it is a default", () => {
    const member = { ...set("model", "ours"), isDefault: true } as const;
    expect(edited('{"model":"theirs"}', member)).toBe('{"model":"theirs"}');
    expect(edited("{}", member)).toBe('{\n  "model": "ours"\n}');
  });
});

describe("a member is removed", () => {
  const removal: JsonRemoval = { path: ["a"], removed: 1 };
  test.each([
    ["with its line", '{\n  "a": 1,\n  "b": 2\n}\n', '{\n  "b": 2\n}\n'],
    ["with the comma before it", '{\n  "b": 2,\n  "a": 1\n}\n', '{\n  "b": 2\n}\n'],
    ["but for a comma at the end", '{\r\n  "b": 2,\r\n  "a": 1,\r\n}', '{\r\n  "b": 2,\r\n}'],
    ["out of a line", '{"b":2,"a":1,"c":3}', '{"b":2,"c":3}'],
    ["out of a line's end", '{"b":2,"a":1}', '{"b":2}'],
    ["alone", '{\n  "a": 1\n}\n', "{\n}\n"],
    [
      "but for the comments",
      '{ "b": 2, /* x */ "a": 1 /* , */ , // y\n}',
      '{ "b": 2, /* x */  /* , */  // y\n}',
    ],
    ["each time it stands there", '{ "x": 0, "a": 1, "a": 1 }', '{ "x": 0   }'],
    ["not when it is another", '{ "a": 2 }', '{ "a": 2 }'],
    ["not when it is deeper", '{ "b": { "a": 1 } }', '{ "b": { "a": 1 } }'],
  ])("%s", (_, before, after) => {
    expect(edited(before, removal)).toBe(after);
  });

  test("and nothing else, whatever the file is like", () => {
    const fileObject = fc.record({ a: fc.constantFrom(0, 1), b: object, c: json }, { requiredKeys: [] });
    const order = fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 });
    const spaces = fc.array(noise, { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fileObject, order, spaces, fc.boolean(), (old, keys, blanks, isNested) => {
        const inner: JsonObject = Object.fromEntries(
          Object.entries(old).toSorted(([one], [other]) => keys.indexOf(one) - keys.indexOf(other)),
        );
        const { a, ...others } = inner;
        const left = a === 1 ? others : inner;
        const path = isNested ? ["b", "a"] : ["a"];
        const text = spelled(isNested ? { x: 1, b: inner, y: 2 } : inner, blanks);
        const result = edited(text, { path, removed: 1 });
        expect(parseJsonc(result)).toEqual(isNested ? { x: 1, b: left, y: 2 } : left);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what was set is taken out again", () => {
  const taken = (text: string, ...changes: readonly JsonChange[]) => {
    const result = jsonMembers(changes).undo(text);
    return "text" in result ? result.text : result.refusal;
  };

  test.each([
    ["with the objects made for it", '{\n  "b": 1,\n  "env": {\n    "A": "x"\n  }\n}\n', '{\n  "b": 1\n}\n'],
    ["whatever it is by now", '{ "env": { "A": 2, "B": 3 } }', '{ "env": {  "B": 3 } }'],
    ["but for a comment beside it", '{ "env": { "A": 1 /* mine */ } }', '{ "env": {  /* mine */ } }'],
    ["not where it is not", '{ "env": { "B": 3 } }', '{ "env": { "B": 3 } }'],
    ["of an empty text", "", ""],
  ])("%s", (_, before, after) => {
    expect(taken(before, set("env.A", 1))).toBe(after);
  });

  test.each(["isDefault", "isPersonal"])("unless it is another that the person has chosen (%s)", (kind) => {
    const change = { ...set("model", "ours"), [kind]: true };
    expect(taken('{ "model": "theirs" }', change)).toBe('{ "model": "theirs" }');
    expect(taken('{ "model": "ours" }', change)).toBe("{  }");
  });
});

test.each([
  ["{", "not a valid JSON object"],
  ["[]", "not a valid JSON object"],
  ['{"a":1', "not a valid JSON object"],
  ['{"env":"none"}', "on the way to env.A"],
])("%s is left alone", (text, reason) => {
  expect(jsonMembers([set("env.A", "b")]).write(text)).toEqual({ refusal: expect.stringContaining(reason) });
});

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const object: fc.Arbitrary<JsonObject> = fc.dictionary(fc.string(), json, { maxKeys: 4 });
const noise = fc.constantFrom("", " ", "\n", '/* , } " */', "// ]\n", "\t");

/** The object spelled with comments and blanks between all of its tokens. */
const spelled = (value: JsonObject, spaces: readonly string[]): string => {
  let at = 0;
  const tokens = JSON.stringify(value).match(/"(?:[^"\\]|\\.)*"|[^\s,:[\]{}"]+|[,:[\]{}]/g) ?? [];
  return tokens.map((token) => token + (spaces[at++ % spaces.length] ?? "")).join("");
};

/** What the edit is to mean, by the plainest of means. */
const merged = (old: JsonObject, [key = "", ...rest]: readonly string[], value: unknown): JsonObject => {
  const child = old[key];
  const inner = rest.length === 0 ? value : merged(isJsonObject(child) ? child : {}, rest, value);
  return JSON.parse(JSON.stringify({ ...old, [key]: inner }));
};

const valueAt = (value: unknown, [key, ...rest]: readonly string[]): unknown =>
  key === undefined || !isJsonObject(value) ? value : valueAt(value[key], rest);

test("whatever the file is like, it then means the same but for what was set, and a second edit changes nothing", () => {
  const path = fc.array(fc.constantFrom("a", "b", "env"), { minLength: 1, maxLength: 3 });
  const fileObject = fc.record(
    { a: json, b: object, env: fc.record({ a: object, b: json }, { requiredKeys: [] }), other: json },
    { requiredKeys: [] },
  );
  const spaces = fc.array(noise, { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.oneof(fileObject, object), spaces, path, json, (old, blanks, keys, value) => {
      const text = spelled(old, blanks);
      const once = jsonMembers([{ path: keys, value }]).write(text);
      if ("refusal" in once) return;
      expect(parseJsonc(once.text)).toEqual(merged(old, keys, value));
      expect(jsonMembers([{ path: keys, value }]).write(once.text)).toEqual(once);
      // What stood inside a value goes with it.
      if (typeof valueAt(old, keys) === "object") return;
      for (const comment of text.match(/\/\* , } " \*\/|\/\/ \]/g) ?? [])
        expect(once.text).toContain(comment);
    }),
    { numRuns: 500 },
  );
});
