import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type Keyword, keywords } from "./schema-keywords.ts";

const maxOpenReferences = 10;
/** Schemas seen after which references are no longer followed: ten definitions that double each other make 1024 of one. */
const maxSchemas = 5000;

/** The schema with what its local references point to in their places, and without what is not JSON Schema (R30, R31). */
export function inlineReferences(root: JsonObject): JsonObject {
  let seen = 0;

  const visit = (schema: JsonObject, open: readonly string[]): JsonObject => {
    seen++;
    const own = visitKeywords(schema, open);
    const reference = schema["$ref"];
    const target = typeof reference === "string" ? pointedAt(root, reference) : undefined;
    if (typeof reference !== "string" || !isJsonObject(target)) return own;
    const isFollowed = !open.includes(reference) && open.length < maxOpenReferences && seen < maxSchemas;
    // What a recursive schema says of its innermost level is its type alone.
    return { ...(isFollowed ? visit(target, [...open, reference]) : visitType(target)), ...own };
  };

  const visitType = ({ type = null }: JsonObject) => visitKeywords({ type }, []);

  const visitKeywords = (schema: JsonObject, open: readonly string[]): JsonObject =>
    mapMembers(schema, (value, key) => readers[keywords.get(key) ?? "data"](value, open));

  const visitAny = (schema: JsonValue, open: readonly string[]): JsonValue =>
    isJsonObject(schema) ? visit(schema, open) : typeof schema === "boolean" ? schema : {};

  const visitList = (value: JsonValue, open: readonly string[]) =>
    Array.isArray(value) ? value.map((schema) => visitAny(schema, open)) : undefined;

  const readers: Record<
    Keyword | "data",
    (value: JsonValue, open: readonly string[]) => JsonValue | undefined
  > = {
    dropped: () => undefined,
    data: (value) => (value === null || isUnwritable(value) ? undefined : value),
    value: (value) => value,
    type: (value) => (typeof value === "string" ? value : nonEmptyNames(value)),
    names,
    schema: (value, open) => visitList(value, open) ?? (value === null ? undefined : visitAny(value, open)),
    schemas: visitList,
    "schemas-by-name": (value, open) =>
      isJsonObject(value) ? mapMembers(value, (schema) => visitAny(schema, open)) : undefined,
  };

  return visit(root, []);
}

/** JSON writes a number such as 1e999 as null. */
const isUnwritable = (value: JsonValue) => typeof value === "number" && !Number.isFinite(value);

const names = (value: JsonValue): string[] | undefined =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : undefined;

function nonEmptyNames(value: JsonValue): string[] | undefined {
  const found = names(value);
  return found?.length === 0 ? undefined : found;
}

/** Members for which `map` gives undefined are left out. */
const mapMembers = (
  object: JsonObject,
  map: (value: JsonValue, key: string) => JsonValue | undefined,
): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const mapped = value === undefined ? undefined : map(value, key);
      return mapped === undefined ? [] : [[key, mapped]];
    }),
  );

/** What a JSON pointer into the same schema, such as `#/$defs/Point`, points at. */
function pointedAt(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith("#")) return undefined;
  let found: JsonValue | undefined = root;
  for (const token of reference.slice(1).split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    found = memberOf(found, key);
  }
  return found;
}

function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
