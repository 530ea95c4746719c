import { describe, expect, test } from "bun:test";
import { toolSchema } from "../../../src/amazonq/request/schema.ts";
import { pruneSchema } from "../../../src/amazonq/request/schema-pruning.ts";
import { createInliner } from "../../../src/amazonq/request/schema-references.ts";

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
    name: "a bound that JavaScript would round stays",
    given: { properties: { a: { type: "integer", maximum: JSON.rawJSON("9223372036854775807") } } },
    sent: { type: "object", properties: { a: { type: "integer", maximum: 2 ** 63 } } },
  },
  {
    name: "R30: keywords of another type than JSON Schema 2020-12 has for them disappear",
    given: {
      type: "OBJECT",
      required: ["a", "a"],
      properties: {
        a: { type: "any", title: 5, minLength: "1", maxLength: -1, minItems: 1.5, uniqueItems: "true" },
        b: { type: ["String", "string", "float"], enum: "x", pattern: {}, minimum: "0", anyOf: [] },
        c: { additionalProperties: "false", description: ["D."], exclusiveMinimum: false, multipleOf: 0 },
        d: { dependentRequired: { a: ["b", 1], b: true }, $vocabulary: [] },
      },
    },
    sent: {
      type: "object",
      required: ["a"],
      properties: {
        a: {},
        b: { type: ["string"] },
        c: { additionalProperties: {} },
        d: { dependentRequired: { a: ["b"] } },
      },
    },
  },
  {
    name: "what older drafts of JSON Schema say is said as 2020-12 does",
    given: {
      properties: {
        ttl: { type: "integer", minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        rate: { exclusiveMaximum: true, maximum: 1 },
        query: {
          items: [{ type: "object", title: "Q" }],
          additionalItems: { $ref: "#/properties/query/items/0" },
        },
        list: { items: string, additionalItems: false },
      },
    },
    sent: {
      type: "object",
      properties: {
        ttl: { type: "integer", exclusiveMinimum: 0, maximum: 9 },
        rate: { exclusiveMaximum: 1 },
        query: { prefixItems: [{ type: "object", title: "Q" }], items: { type: "object", title: "Q" } },
        list: { items: string },
      },
    },
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
    name: "R31: references may be written as URLs are, and names may look so",
    given: {
      properties: {
        a: { $ref: "#/definitions/Partial%3CPoint%3E" },
        b: { $ref: "#/definitions/100%" },
        c: { $ref: "#/definitions/x%41" },
      },
      definitions: { "Partial<Point>": { type: "object" }, "100%": number, "x%41": string, xA: number },
    },
    sent: { type: "object", properties: { a: { type: "object" }, b: number, c: string } },
  },
  {
    name: "R31: references to nothing here disappear",
    given: {
      $anchor: "root",
      properties: {
        anchored: { $ref: "#root" },
        a: { $ref: "#/$defs/none" },
        b: { $ref: "https://example.com/b", description: "B." },
        c: { $ref: 1 },
      },
    },
    sent: {
      type: "object",
      properties: { anchored: {}, a: {}, b: { description: "B." }, c: {} },
    },
  },
  {
    name: "R31: no reference is left, wherever drafts of JSON Schema let one stand",
    given: {
      $recursiveAnchor: true,
      properties: {
        list: { items: [string], additionalItems: { $ref: "#/$defs/N" } },
        text: { contentSchema: { $ref: "#/$defs/N" } },
        tree: { $dynamicAnchor: "tree", items: { $dynamicRef: "#tree" }, contains: { $recursiveRef: "#" } },
      },
      dependencies: { list: { properties: { text: { $ref: "#/$defs/N" } } } },
      $defs: { N: number },
    },
    sent: {
      type: "object",
      properties: {
        list: { prefixItems: [string], items: number },
        text: { contentSchema: number },
        tree: { items: {}, contains: {} },
      },
      dependencies: { list: { properties: { text: number } } },
    },
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

const schemaSent = (schema: unknown) => toolSchema(schema, createInliner());

describe("an input schema", () => {
  for (const { name, given, sent } of cases) {
    test(name, () => expect(JSON.parse(JSON.stringify(schemaSent(given)))).toEqual(sent));
  }

  test("R31: definitions that double each other do not grow without bound", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, level) => {
        const next = { $ref: `#/$defs/d${level + 1}` };
        return [`d${level}`, { type: "object", properties: { a: next, b: next, c: next, d: next } }];
      }),
    );
    expect(JSON.stringify(schemaSent({ $ref: "#/$defs/d0", $defs })).length).toBeLessThan(2_000_000);
  });

  test("R31: a long definition that many refer to does not grow without bound", () => {
    const long = { type: "string", description: "x".repeat(100_000) };
    const properties = Object.fromEntries(
      Array.from({ length: 4_000 }, (_, index) => [`p${index}`, { $ref: "#/$defs/long" }]),
    );
    const sent = schemaSent({ properties, $defs: { long } });
    expect(sent).toMatchObject({ properties: { p0: long, p3999: string } });
    expect(JSON.stringify(sent).length).toBeLessThan(2_000_000);
  });

  test("R31: however many schemas there are, each reference is followed", () => {
    const properties = Object.fromEntries(
      Array.from({ length: 6_000 }, (_, index) => [`p${index}`, { $ref: "#/$defs/a" }]),
    );
    const a = { ...string, description: "A." };
    expect(schemaSent({ properties, $defs: { a } })).toMatchObject({ properties: { p5999: a } });
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
