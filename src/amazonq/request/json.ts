import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { cleanText } from "../../turn/text.ts";

/** R21 for everything inside an object, keys included; undefined members are dropped (R3). */
export const cleanObject = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      value === undefined ? [] : [[cleanText(key), cleanValue(value)]],
    ),
  );

function cleanValue(value: JsonValue): JsonValue {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  return isJsonObject(value) ? cleanObject(value) : value;
}
