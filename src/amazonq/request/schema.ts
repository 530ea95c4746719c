import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { cleanObject } from "./json.ts";
import type { Inliner } from "./schema-references.ts";

/** A client's input schema in the form the service takes: an object at the root (R28), no references inside (R31). */
export const toolSchema = (schema: unknown, inline: Inliner): JsonObject =>
  objectRoot(inline(isJsonObject(schema) ? cleanObject(schema) : {}));

function objectRoot(schema: JsonObject): JsonObject {
  const { type, properties, ...rest } = withoutCombinators(schema);
  const types = type === undefined ? ["object"] : [type].flat();
  return types.includes("object")
    ? { type: "object", properties: properties ?? {}, ...rest }
    : { type: "object", properties: { value: schema } };
}

/** R29: alternatives at the root become one object that has the properties of all and requires only what every one requires. */
function withoutCombinators(schema: JsonObject): JsonObject {
  const { allOf, anyOf, oneOf, ...own } = schema;
  if (allOf === undefined && anyOf === undefined && oneOf === undefined) return schema;

  const every = [own, ...branches(allOf)];
  const some = [...branches(anyOf), ...branches(oneOf)];
  const required = new Set([...every.flatMap(requiredNames), ...commonNames(some.map(requiredNames))]);
  return {
    ...own,
    properties: unitedProperties([...every, ...some]),
    ...(required.size > 0 && { required: [...required] }),
  };
}

const branches = (combinator: JsonValue | undefined): JsonObject[] =>
  Array.isArray(combinator) ? combinator.filter(isJsonObject).map(withoutCombinators) : [];

const requiredNames = ({ required }: JsonObject): string[] =>
  Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];

function commonNames([first = [], ...others]: readonly string[][]): string[] {
  const sets = others.map((names) => new Set(names));
  return first.filter((name) => sets.every((set) => set.has(name)));
}

/** A property that the schemas describe differently may match any of the descriptions. */
function unitedProperties(schemas: readonly JsonObject[]): JsonObject {
  const variants = new Map<string, Map<string, JsonValue>>();
  for (const { properties } of schemas) {
    for (const [name, value] of isJsonObject(properties) ? Object.entries(properties) : []) {
      const known = variants.get(name) ?? new Map<string, JsonValue>();
      if (value !== undefined) known.set(JSON.stringify(value), value);
      variants.set(name, known);
    }
  }
  return Object.fromEntries(
    [...variants].map(([name, known]) => {
      const [only, ...others] = known.values();
      return [name, others.length === 0 ? only : { anyOf: [...known.values()] }];
    }),
  );
}
