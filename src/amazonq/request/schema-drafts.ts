import type { JsonObject } from "../../json.ts";

/** A schema with the keywords by which JSON Schema 2020-12 says what older drafts said by others. */
export const modernized = (schema: JsonObject): JsonObject =>
  exclusive(exclusive(prefixed(schema), "minimum", "exclusiveMinimum"), "maximum", "exclusiveMaximum");

/** Until draft 2019-09 a tuple was a list of `items`, and what follows it `additionalItems`. */
function prefixed(schema: JsonObject): JsonObject {
  const { items, additionalItems, ...others } = schema;
  if (!Array.isArray(items)) return additionalItems === undefined ? schema : { ...others, items };
  return { ...others, prefixItems: items, items: additionalItems };
}

/** In draft 4 a bound was made exclusive by a flag beside it. */
function exclusive(schema: JsonObject, bound: string, flag: string): JsonObject {
  if (schema[flag] !== true) return schema;
  const { [bound]: value, ...others } = schema;
  return { ...others, [flag]: value };
}
