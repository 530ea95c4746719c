export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** True for an object out of `JSON.parse`; whatever came from there holds JSON values and nothing else. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What `text` spells, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object that `text` spells, or undefined when it spells anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** The arguments of a call that a client sends back: what is no object, as a model once wrote it, is kept as text. */
export const argumentsIn = (text: string | null | undefined): JsonObject =>
  text ? ((nestsTooDeep(text) ? undefined : parseJsonObject(text)) ?? { _raw: text }) : {};

/** As deep as a body itself may nest; what is 50,000 levels deep can be parsed, but not be written again (measured). */
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
