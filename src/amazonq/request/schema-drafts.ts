import type { JsonObject } from "../../json.ts";

/** A schema with keywords of older drafts replaced by those of JSON Schema 2020-12. */
export const modernized = (schema: JsonObject): JsonObject =>
  exclusive(exclusive(prefixed(schema), "minimum", "exclusiveMinimum"), "maximum", "exclusiveMaximum");

/** Up to draft 2019-09 a tuple was an array of `items`, and what follows it was `additionalItems`. */
function prefixed(schema: JsonObject): JsonObject {
  const { items, additionalItems, ...others } = schema;
  if (!Array.isArray(items)) return additionalItems === undefined ? schema : { ...others, items };
  return { ...others, prefixItems: items, items: additionalItems };
}

/** In draft 4 a flag beside a bound made it exclusive. */
function exclusive(schema: JsonObject, bound: string, flag: string): JsonObject {
  if (schema[flag] !== true) return schema;
  const { [bound]: value, ...others } = schema;
  return { ...others, [flag]: value };
}
