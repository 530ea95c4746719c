import type { JsonObject } from "../json.ts";
import type { Option } from "./option.ts";
import { configSections } from "./sections.ts";

/** JSON Schema (draft 2020-12) of config.json, for editors to complete and check it. */
export function configSchema(): JsonObject {
  const sections = [...configSections()].map(([section, members]) => {
    const schemas = members.map(({ name, option }) => [name, memberSchema(option)] as const);
    return [section, closedObject(Object.fromEntries(schemas))] as const;
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "config.json of aqbridge",
    ...closedObject({
      $schema: { type: "string", description: "Where this schema is, for the editor." },
      ...Object.fromEntries(sections),
    }),
  };
}

const closedObject = (properties: JsonObject) => ({
  type: "object",
  additionalProperties: false,
  properties,
});

function memberSchema({ type, help, default: value, defaultText }: Option): JsonObject {
  const schema: JsonObject = JSON.parse(JSON.stringify(type.schema));
  return {
    description: value === undefined ? `${help} Default: ${defaultText}.` : help,
    ...(value !== undefined && { default: JSON.parse(JSON.stringify(value)) }),
    ...(type.secret && { writeOnly: true }),
    ...schema,
    ...(typeof schema["pattern"] === "string" && { pattern: orNothing(schema["pattern"]) }),
  };
}

/** In config.json an empty text means that the member is not set. */
const orNothing = (pattern: string) => `^$|${pattern}`;
