import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { pointedAt } from "../../json-pointer.ts";
import { modernized } from "./schema-drafts.ts";
import { type ValueKind, valueKind } from "./schema-keywords.ts";

const maxOpenReferences = 10;
/** Characters to put in place of references: ten definitions that each use the next one twice turn one into 1024. */
const maxInlined = 1_000_000;

/** A schema with local references replaced by what they point to, and without what is not JSON Schema (R30, R31). */
export type Inliner = (root: JsonObject) => JsonObject;

/** For all schemas of a request, which share the room: many small tools must not each fill it. */
export function createInliner(): Inliner {
  let room = maxInlined;

  /** Once one target did not fit, none does: measuring each would take as long as copying it. */
  const fits = (target: JsonObject): boolean => {
    if (room > 0) room -= JSON.stringify(target).length;
    return room > 0;
  };

  return (root) => inlined(root, fits);
}

function inlined(root: JsonObject, fits: (target: JsonObject) => boolean): JsonObject {
  const visit = (schema: JsonObject, open: readonly string[]): JsonObject => {
    const own = visitKeywords(schema, open);
    const reference = schema["$ref"];
    const target = typeof reference === "string" ? pointedAt(root, reference) : undefined;
    if (typeof reference !== "string" || !isJsonObject(target)) return own;
    const isFollowed = !open.includes(reference) && open.length < maxOpenReferences && fits(target);
    // Of the innermost level of a recursive schema only the type is left.
    return { ...(isFollowed ? visit(target, [...open, reference]) : visitType(target)), ...own };
  };

  const visitType = ({ type = null }: JsonObject) => visitKeywords({ type }, []);

  const visitKeywords = (schema: JsonObject, open: readonly string[]): JsonObject =>
    mapMembers(modernized(schema), (value, key) => readers[valueKind(key)](value, open));

  const visitAny = (schema: JsonValue, open: readonly string[]): JsonValue =>
    isJsonObject(schema) ? visit(schema, open) : typeof schema === "boolean" ? schema : {};

  const visitList = (value: JsonValue, open: readonly string[]) =>
    Array.isArray(value) && value.length > 0 ? value.map((schema) => visitAny(schema, open)) : undefined;

  const readers: Record<ValueKind, (value: JsonValue, open: readonly string[]) => JsonValue | undefined> = {
    dropped: () => undefined,
    data: (value) => (value === null || isUnwritable(value) ? undefined : value),
    value: (value) => value,
    values: (value) => (Array.isArray(value) ? value : undefined),
    text: (value) => (typeof value === "string" ? value : undefined),
    flag: (value) => (typeof value === "boolean" ? value : undefined),
    count: (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined),
    number: (value) => (Number.isFinite(value) || JSON.isRawJSON(value) ? value : undefined),
    step: (value) => (Number.isFinite(value) && Number(value) > 0 ? value : undefined),
    type: typeIn,
    names,
    "names-by-name": (value) => (isJsonObject(value) ? mapMembers(value, names) : undefined),
    schema: (value, open) => (value === null ? undefined : visitAny(value, open)),
    schemas: visitList,
    "schemas-by-name": (value, open) =>
      isJsonObject(value) ? mapMembers(value, (schema) => visitAny(schema, open)) : undefined,
  };

  return visit(root, []);
}

/** JSON writes a number such as 1e999 as null. */
const isUnwritable = (value: JsonValue) => typeof value === "number" && !Number.isFinite(value);

const names = (value: JsonValue): string[] | undefined =>
  Array.isArray(value) ? [...new Set(value.filter((name) => typeof name === "string"))] : undefined;

const types = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

/** Some clients write types in capitals. */
function typeIn(value: JsonValue): JsonValue | undefined {
  const known = names([value].flat())
    ?.map((name) => name.toLowerCase())
    .filter((name) => types.has(name));
  if (!known || known.length === 0) return undefined;
  return Array.isArray(value) ? [...new Set(known)] : known[0];
}

/** Members for which `map` returns undefined are left out. */
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
