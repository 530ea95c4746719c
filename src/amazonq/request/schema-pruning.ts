import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { valueKind } from "./schema-keywords.ts";

const blamed = new Set(
  [
    "additionalProperties default else examples exclusiveMaximum exclusiveMinimum format if maxContains maxItems",
    "maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf pattern",
    "patternProperties then",
  ].flatMap((row) => row.split(" ")),
);

/** R31, second level: for a second attempt, the schema without the keywords that have been blamed for refusals. */
export const pruneSchema = (schema: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (value === undefined || blamed.has(key)) return [];
      if (key === "const") return [["enum", [value]]];
      if (key === "type") return [["type", firstType(value)]];
      if (key === "required" && Array.isArray(value) && value.length === 0) return [];
      return [[key, pruneKeyword(key, value)]];
    }),
  );

const firstType = (type: JsonValue): JsonValue =>
  Array.isArray(type) ? (type.find((name) => name !== "null") ?? "null") : type;

function pruneKeyword(key: string, value: JsonValue): JsonValue {
  switch (valueKind(key)) {
    case "schema":
    case "schemas":
      return Array.isArray(value) ? value.map(pruneAny) : pruneAny(value);
    case "schemas-by-name":
      return isJsonObject(value) ? pruneMembers(value) : value;
    default:
      return value;
  }
}

const pruneAny = (value: JsonValue): JsonValue => (isJsonObject(value) ? pruneSchema(value) : value);

const pruneMembers = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, value === undefined ? {} : pruneAny(value)]),
  );
