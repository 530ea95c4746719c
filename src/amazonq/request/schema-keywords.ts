/** The keywords of JSON Schema 2020-12, on which Bedrock behind the service insists, by the kind of their values. */
const rows = [
  ["dropped", "$anchor $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref"],
  ["dropped", "$schema $vocabulary definitions"],
  ["value", "const"],
  ["values", "enum examples"],
  ["text", "$comment contentEncoding contentMediaType description format pattern title"],
  ["flag", "deprecated readOnly uniqueItems writeOnly"],
  ["count", "maxContains maxItems maxLength maxProperties minContains minItems minLength minProperties"],
  ["number", "exclusiveMaximum exclusiveMinimum maximum minimum"],
  ["step", "multipleOf"],
  ["type", "type"],
  ["names", "required"],
  ["names-by-name", "dependentRequired"],
  ["schema", "additionalProperties contains contentSchema else if items not propertyNames then"],
  ["schema", "unevaluatedItems unevaluatedProperties"],
  ["schemas", "allOf anyOf oneOf prefixItems"],
  ["schemas-by-name", "dependencies dependentSchemas patternProperties properties"],
] as const;

export type ValueKind = (typeof rows)[number][0] | "data";

const kinds = new Map<string, ValueKind>(
  rows.flatMap(([kind, keywords]) => keywords.split(" ").map((keyword) => [keyword, kind] as const)),
);

/** Keywords that JSON Schema does not have hold data. */
export const valueKind = (keyword: string): ValueKind => kinds.get(keyword) ?? "data";
