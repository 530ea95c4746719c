import { describe, expect, test } from "bun:test";
import { toolSchema } from "../../../src/amazonq/request/schema.ts";
import { pruneSchema } from "../../../src/amazonq/request/schema-pruning.ts";

interface Case {
  name: string;
  given: unknown;
  sent: unknown;
}
const string = { type: "string" };
const number = { type: "number" };

const cases: Case[] = [
  {
    name: "an ordinary schema stays",
    given: {
      type: "object",
      properties: { a: { ...string, minLength: 1 } },
      required: [],
      additionalProperties: false,
    },
    sent: {
      type: "object",
      properties: { a: { ...string, minLength: 1 } },
      required: [],
      additionalProperties: false,
    },
  },
  { name: "R28: none becomes an empty object", given: undefined, sent: { type: "object", properties: {} } },
  { name: "R28: null becomes an empty object", given: null, sent: { type: "object", properties: {} } },
  {
    name: "R28: a missing type is object",
    given: { properties: { a: string } },
    sent: { type: "object", properties: { a: string } },
  },
  {
    name: "R28: of several types object is taken",
    given: { type: ["null", "object"] },
    sent: { type: "object", properties: {} },
  },
  {
    name: "R28: another type is wrapped",
    given: string,
    sent: { type: "object", properties: { value: string } },
  },
  {
    name: "R29: alternatives become one object that requires what all require",
    given: {
      type: "object",
      properties: { id: string },
      required: ["id"],
      oneOf: [
        { properties: { kind: { const: "a" }, x: string }, required: ["kind", "x"] },
        { properties: { kind: { const: "b" }, y: number }, required: ["kind", "y"] },
      ],
    },
    sent: {
      type: "object",
      properties: { id: string, kind: { anyOf: [{ const: "a" }, { const: "b" }] }, x: string, y: number },
      required: ["id", "kind"],
    },
  },
  {
    name: "R29: what all must be is joined, however deep",
    given: {
      allOf: [
        { $ref: "#/$defs/base" },
        {
          anyOf: [
            { properties: { b: string }, required: ["b"] },
            { properties: { b: string }, required: ["b"] },
          ],
        },
      ],
      $defs: { base: { properties: { a: string }, required: ["a"] } },
    },
    sent: { type: "object", properties: { a: string, b: string }, required: ["a", "b"] },
  },
  {
    name: "R30: nulls and wrong kinds of keywords disappear, at any depth",
    given: {
      type: "object",
      required: null,
      title: null,
      properties: {
        a: { type: null, properties: null, description: undefined },
        b: null,
        c: { type: ["string", null], required: [1, "x"] },
        d: { type: 5, anyOf: {} },
      },
    },
    sent: { type: "object", properties: { a: {}, b: {}, c: { type: ["string"], required: ["x"] }, d: {} } },
  },
  {
    name: "R30: numbers that JSON would write as null disappear",
    given: JSON.parse('{"properties":{"a":{"type":"number","maximum":1e999}}}'),
    sent: { type: "object", properties: { a: { type: "number" } } },
  },
  {
    name: "R30: null stays where it is a value",
    given: { type: "object", properties: { a: { enum: ["x", null] }, b: { const: null } } },
    sent: { type: "object", properties: { a: { enum: ["x", null] }, b: { const: null } } },
  },
  {
    name: "R31: references are replaced by what they point at, their neighbours kept",
    given: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "x",
      type: "object",
      properties: {
        from: { $ref: "#/$defs/Point", description: "Start." },
        list: { type: "array", items: { $ref: "#/definitions/a~1b" } },
        first: { $ref: "#/properties/pair/prefixItems/0" },
        pair: { prefixItems: [string, number] },
      },
      $defs: {
        Point: { type: "object", description: "A point.", properties: { x: { $ref: "#/$defs/N" } } },
        N: number,
      },
      definitions: { "a/b": string },
    },
    sent: {
      type: "object",
      properties: {
        from: { type: "object", description: "Start.", properties: { x: number } },
        list: { type: "array", items: string },
        first: string,
        pair: { prefixItems: [string, number] },
      },
    },
  },
  {
    name: "R31: references to nothing here disappear",
    given: {
      properties: {
        a: { $ref: "#/$defs/none" },
        b: { $ref: "https://example.com/b", description: "B." },
        c: { $ref: 1 },
      },
    },
    sent: { type: "object", properties: { a: {}, b: { description: "B." }, c: {} } },
  },
  {
    name: "R31: a recursive definition ends in its type",
    given: {
      $ref: "#/$defs/Tree",
      $defs: {
        Tree: { type: "object", description: "A tree.", properties: { left: { $ref: "#/$defs/Tree" } } },
      },
    },
    sent: { type: "object", description: "A tree.", properties: { left: { type: "object" } } },
  },
  {
    name: "properties may be called as keywords are",
    given: JSON.parse(
      '{"properties":{"$ref":{"type":"string"},"$defs":{"type":"number"},"__proto__":{"type":"string"},"required":{"type":null}}}',
    ),
    sent: {
      type: "object",
      properties: JSON.parse(
        '{"$ref":{"type":"string"},"$defs":{"type":"number"},"__proto__":{"type":"string"},"required":{}}',
      ),
    },
  },
  {
    name: "R21: texts and names in it are cleaned",
    given: { properties: { "a\0": { description: "\ud800" } } },
    sent: { type: "object", properties: { a: { description: "\ufffd" } } },
  },
];

describe("an input schema", () => {
  for (const { name, given, sent } of cases) {
    test(name, () => expect(JSON.parse(JSON.stringify(toolSchema(given)))).toEqual(sent));
  }

  test("R31: definitions that double each other do not grow without bound", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, level) => {
        const next = { $ref: `#/$defs/d${level + 1}` };
        return [`d${level}`, { type: "object", properties: { a: next, b: next, c: next, d: next } }];
      }),
    );
    expect(JSON.stringify(toolSchema({ $ref: "#/$defs/d0", $defs })).length).toBeLessThan(500_000);
  });
});

describe("R31: a schema for a second attempt", () => {
  test("loses the keywords that were blamed for refusals, at any depth", () => {
    const given = {
      type: "object",
      additionalProperties: false,
      required: [],
      description: "D.",
      properties: {
        a: {
          type: ["null", "string"],
          minLength: 1,
          pattern: "x",
          format: "date",
          default: "y",
          enum: ["y"],
        },
        b: { type: "array", minItems: 1, items: { type: "number", exclusiveMinimum: 0, multipleOf: 2 } },
        c: JSON.parse('{"anyOf":[{"const":5},{"type":["null"]},true],"if":{},"then":{},"else":{}}'),
        d: { prefixItems: [{ type: "string", maxLength: 3 }], examples: ["x"] },
      },
    };
    expect(pruneSchema(given)).toEqual({
      type: "object",
      description: "D.",
      properties: {
        a: { type: "string", enum: ["y"] },
        b: { type: "array", items: { type: "number" } },
        c: { anyOf: [{ enum: [5] }, { type: "null" }, true] },
        d: { prefixItems: [{ type: "string" }] },
      },
    });
  });

  test("keeps properties that are called as those keywords are", () => {
    const schema = {
      type: "object",
      properties: { format: string, default: number, required: string },
      required: ["format"],
    };
    expect(pruneSchema(schema)).toEqual(schema);
  });
});
