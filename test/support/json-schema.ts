import { isJsonObject, type JsonObject, type JsonValue } from "../../src/json.ts";

/** Keywords that say nothing of what is valid. */
const annotations = new Set(["$schema", "title", "description", "default", "writeOnly"]);

type Keyword = (value: JsonValue, wanted: JsonValue | undefined, schema: JsonObject) => boolean;

const types: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  object: isJsonObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
};

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

const isDescribed = (name: string, schema: JsonObject) =>
  name in objectOf(schema["properties"]) ||
  Object.keys(objectOf(schema["patternProperties"])).some((pattern) => new RegExp(pattern, "u").test(name));

const keywords: Readonly<Record<string, Keyword>> = {
  type: (value, wanted) => types[String(wanted)]?.(value) ?? false,
  enum: (value, wanted) => listOf(wanted).some((each) => Bun.deepEquals(each, value)),
  anyOf: (value, wanted) => listOf(wanted).some((schema) => isValid(value, objectOf(schema))),
  pattern: (value, wanted) => typeof value !== "string" || new RegExp(String(wanted), "u").test(value),
  minimum: (value, wanted) => typeof value !== "number" || value >= Number(wanted),
  maximum: (value, wanted) => typeof value !== "number" || value <= Number(wanted),
  items: (value, wanted) => listOf(value).every((each) => isValid(each, objectOf(wanted))),
  properties: (value, wanted) =>
    Object.entries(objectOf(wanted)).every(([name, schema]) => {
      const member = objectOf(value)[name];
      return member === undefined || isValid(member, objectOf(schema));
    }),
  patternProperties: (value, wanted) =>
    Object.entries(objectOf(wanted)).every(([pattern, schema]) =>
      Object.entries(objectOf(value)).every(
        ([name, member]) => !new RegExp(pattern, "u").test(name) || isValid(member ?? null, objectOf(schema)),
      ),
    ),
  additionalProperties: (value, wanted, schema) =>
    wanted !== false || Object.keys(objectOf(value)).every((name) => isDescribed(name, schema)),
};

/** Validation by JSON Schema 2020-12, in those keywords that the configuration's schema uses; throws for any other. */
export function isValid(value: JsonValue, schema: JsonObject): boolean {
  return Object.entries(schema).every(([name, wanted]) => {
    if (annotations.has(name)) return true;
    const check = keywords[name];
    if (!check) throw new Error(`The keyword ${name} is not known here.`);
    return check(value, wanted, schema);
  });
}
