import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { cleanText } from "../../turn/text.ts";

/** Parsers refuse or overflow on deeper values (Java's usual one at 1000); what lies deeper travels as its JSON text. */
const maxDepth = 400;

/** R21 for everything inside an object, keys too; undefined members are dropped (R3). */
export const cleanObject = (object: JsonObject, depth = 1): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      value === undefined ? [] : [[cleanText(key), cleanValue(value, depth)]],
    ),
  );

function cleanValue(value: JsonValue, depth: number): JsonValue {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) return cleanText(JSON.stringify(value));
  return isJsonObject(value)
    ? cleanObject(value, depth + 1)
    : value.map((item) => cleanValue(item, depth + 1));
}
