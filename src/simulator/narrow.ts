import { isJsonObject, type JsonObject } from "../json.ts";

const nothing: JsonObject = {};
const none: readonly JsonObject[] = [];

/** The value if it is an object, else an empty one. */
export const asObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : nothing);

/** The value if it is a string, else an empty one. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** The value's elements, with an empty object for each that is none, so that positions stay true. */
export function asObjects(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return none;
  return value.every((item) => isJsonObject(item)) ? value : value.map(asObject);
}
