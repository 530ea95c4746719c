import { isJsonObject, type JsonObject } from "../../json.ts";

/** The one property of a tool whose own have names that are refused; no tool has such a one itself. */
export const wrapper = "_arguments_of_this_call";

/** What Bedrock behind the service takes for a property's name, at a schema's root alone; one other fails the whole request. */
const legalName = /^[a-zA-Z0-9_.-]{1,64}$/;

/** The schema, or one with a single property that is as the schema says. Names stay as they are: many mean something only so. */
export function withLegalNames(schema: JsonObject): JsonObject {
  const names = Object.keys(propertiesOf(schema));
  if (names.every((name) => legalName.test(name))) return schema;
  return { type: "object", properties: { [wrapper]: schema }, required: [wrapper] };
}

export const isWrapped = (schema: JsonObject): boolean => Object.hasOwn(propertiesOf(schema), wrapper);

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {});
