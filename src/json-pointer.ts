import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** What a JSON pointer into the same schema, such as `#/$defs/Point`, points to; some clients encode it like a URL. */
export const pointedAt = (root: JsonObject, reference: string): JsonValue | undefined =>
  /^#(\/|$)/.test(reference) ? (follow(root, reference) ?? follow(root, decodedUrl(reference))) : undefined;

function follow(root: JsonObject, pointer: string): JsonValue | undefined {
  let found: JsonValue | undefined = root;
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    found = memberOf(found, key);
  }
  return found;
}

function decodedUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
