/** A number read by `parseExactly` may be an object of `JSON.rawJSON` instead, which is only good for being written again. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** For values from `JSON.parse`, which consist of nothing but JSON values. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

type Parse = (text: string) => unknown;

/** The value of a JSON text; undefined when it is not JSON. */
export function parseJson(text: string, parse: Parse = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The object that a JSON text holds; undefined for anything else. */
export function parseJsonObject(text: string, parse?: Parse): JsonObject | undefined {
  const value = parseJson(text, parse);
  return isJsonObject(value) ? value : undefined;
}

declare global {
  /** What TypeScript's own library lacks. */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** In nearly no text: reading each value takes four times as long (measured). */
const largeNumber = /[:,[\s]-?\d{16}/;

/** As `JSON.parse`, but numbers that would be rounded, such as long ids, are written by `JSON.stringify` as they were. */
export const parseExactly: Parse = (text) => JSON.parse(text, largeNumber.test(text) ? unrounded : undefined);

const unrounded = (_: string, value: unknown, context?: { source: string }) =>
  context && Number.isInteger(value) && !Number.isSafeInteger(value) ? JSON.rawJSON(context.source) : value;

/** The arguments of a call. What is not an object, as models sometimes write, or nests too deep is kept as text. */
export const argumentsIn = (text: string | null | undefined): JsonObject =>
  text ? ((nestsTooDeep(text) ? undefined : parseJsonObject(text, parseExactly)) ?? { _raw: text }) : {};

/** As deep as a request body may nest; 50,000 levels can be parsed but not written again (measured). */
const maxDepth = 128;

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (isInText && letter === "\\") index++;
    else if (letter === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (letter === "{" || letter === "[") depth++;
    else if (letter === "}" || letter === "]") depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}
