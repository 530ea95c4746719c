import { isJsonObject, type JsonObject } from "../../json.ts";

/** The only property of a tool whose own property names are refused; no tool has a property of this name itself. */
export const wrapper = "_arguments_of_this_call";

/** Property names that Bedrock behind the service accepts at a schema's root; any other fails the whole request. */
const legalName = /^[a-zA-Z0-9_.-]{1,64}$/;

/** The schema, or one whose only property has the schema. Names are not changed: many would lose their meaning. */
export function withLegalNames(schema: JsonObject): JsonObject {
  const names = Object.keys(propertiesOf(schema));
  if (names.every((name) => legalName.test(name))) return schema;
  return { type: "object", properties: { [wrapper]: schema }, required: [wrapper] };
}

export const isWrapped = (schema: JsonObject): boolean => Object.hasOwn(propertiesOf(schema), wrapper);

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {});
