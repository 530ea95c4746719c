import { isJsonObject, type JsonObject } from "../../json.ts";
import type { FieldSchema } from "../model-description.ts";
import type { Report } from "./rule.ts";

/** Judges model request fields by the model's closed schema; a model without one takes no field at all. */
export function checkFields(
  fields: JsonObject,
  schema: FieldSchema | undefined,
  path: string,
  report: Report,
): void {
  for (const [name, value] of Object.entries(fields)) {
    const member = schema?.properties?.[name];
    const at = `${path}.${name}`;
    if (member) checkField(value, member, at, report);
    else if (schema?.additionalProperties !== true) report(at, "is not a field of this model");
  }
}

function checkField(value: unknown, schema: FieldSchema, path: string, report: Report): void {
  if (schema.type === "object") {
    if (isJsonObject(value)) checkFields(value, schema, path, report);
    else report(path, "must be an object");
  }
  if (schema.type === "string" && !(typeof value === "string" && (schema.enum?.includes(value) ?? true)))
    report(path, `must be one of ${schema.enum?.join(", ") ?? "all strings"}`);
  if (schema.type === "integer" && !isWithin(value, schema))
    report(path, `must be an integer from ${schema.minimum} to ${schema.maximum}`);
}

function isWithin(value: unknown, { minimum = -Infinity, maximum = Infinity }: FieldSchema): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum;
}
