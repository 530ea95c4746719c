import { isJsonObject, type JsonObject } from "../../json.ts";

/** Keywords whose members are schemas by name. */
const schemaMaps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
/** Keywords whose value is a schema or a list of schemas. */
const schemaKeywords = new Set([
  "items",
  "prefixItems",
  "anyOf",
  "oneOf",
  "allOf",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "additionalProperties",
  "unevaluatedProperties",
]);
/** Keywords that speak of values, among which null is one. */
const valueKeywords = new Set(["default", "const", "enum", "examples", "example"]);

/** Visits a JSON Schema and every schema in it, however deep, without recursion. */
export function visitSchemas(root: JsonObject, visit: (schema: JsonObject) => void): void {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const schema = waiting.pop();
    if (!isJsonObject(schema)) continue;
    visit(schema);
    for (const keyword in schema) {
      const value = schema[keyword];
      if (typeof value === "object" && value !== null) addSchemas(keyword, value, waiting);
    }
  }
}

function addSchemas(keyword: string, value: object, waiting: unknown[]): void {
  const holdsSchemas = schemaMaps.has(keyword) || (schemaKeywords.has(keyword) && Array.isArray(value));
  if (holdsSchemas) for (const schema of Object.values(value)) waiting.push(schema);
  else if (schemaKeywords.has(keyword)) waiting.push(value);
}

/** The keyword, or the schema's name under one such as `properties`, that is null where it must not be. */
export function findNull(schema: JsonObject): string | undefined {
  for (const keyword in schema) {
    const value = schema[keyword];
    if (value === null && !valueKeywords.has(keyword)) return keyword;
    if (!schemaMaps.has(keyword) || !isJsonObject(value)) continue;
    for (const name in value) if (value[name] === null) return `${keyword}.${name}`;
  }
  return undefined;
}
