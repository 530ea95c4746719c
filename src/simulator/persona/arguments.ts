import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { asObject } from "../narrow.ts";

const deepest = 6;

/** Arguments that a tool's JSON Schema should accept: what it requires, as plain as can be. */
export function exampleArguments(schema: unknown): JsonObject {
  const example = exampleOf(asObject(schema), 0);
  return isJsonObject(example) ? example : {};
}

function exampleOf(schema: JsonObject, depth: number): JsonValue {
  const given = givenIn(schema);
  if (given !== undefined) return given;
  const [choice] = [schema["anyOf"], schema["oneOf"]].flatMap((choices) => choices ?? []);
  if (isJsonObject(choice) && depth < deepest) return exampleOf(choice, depth + 1);
  switch (typeOf(schema)) {
    case "object":
      return exampleObject(schema, depth);
    case "array":
      return exampleArray(schema, depth);
    case "number":
    case "integer":
      return numberOr(schema["minimum"], 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return exampleString(schema);
  }
}

/** A value that the schema itself spells out. */
function givenIn({
  default: preset,
  const: only,
  enum: choices,
  examples,
}: JsonObject): JsonValue | undefined {
  const first = (list: unknown) => (Array.isArray(list) ? list[0] : undefined);
  return [preset, only, first(choices), first(examples)].find((value) => value !== undefined);
}

function exampleObject(schema: JsonObject, depth: number): JsonValue {
  const properties = asObject(schema["properties"]);
  const required = Array.isArray(schema["required"]) && depth < deepest ? schema["required"] : [];
  return Object.fromEntries(
    required
      .filter((name) => typeof name === "string")
      .map((name) => [name, exampleOf(asObject(properties[name]), depth + 1)]),
  );
}

function exampleArray(schema: JsonObject, depth: number): JsonValue {
  const count = Math.min(numberOr(schema["minItems"], 1), 10);
  if (depth >= deepest) return [];
  return Array.from({ length: count }, () => exampleOf(asObject(schema["items"]), depth + 1));
}

const formats: ReadonlyMap<unknown, string> = new Map([
  ["date", "2026-01-31"],
  ["date-time", "2026-01-31T12:00:00Z"],
  ["email", "someone@example.com"],
  ["uri", "https://example.com/"],
]);

const exampleString = ({ format, minLength }: JsonObject): string =>
  (formats.get(format) ?? "demo").padEnd(Math.min(numberOr(minLength, 0), 200), ".");

const typeOf = ({ type, properties }: JsonObject) => {
  const named = Array.isArray(type) ? type[0] : type;
  return named ?? (properties ? "object" : undefined);
};

const numberOr = (value: unknown, fallback: number): number => (typeof value === "number" ? value : fallback);
