import type { JsonObject } from "../../json.ts";
import { asObject, asObjects, asText } from "../narrow.ts";
import { exceeds, isBlank } from "./measure.ts";
import { type Report, type Rule, rule } from "./rule.ts";
import { findNull, visitSchemas } from "./schema-walk.ts";
import type { RequestView, ToolView } from "./view.ts";

const nameCharacters = /^[a-zA-Z0-9_-]+$/;
const longestName = 64;
const longestDescription = 10_240;
/** Where the Q CLI cuts. */
const longestCliDescription = 10_004;
const mostTools = 100;
const rootCombinators = ["oneOf", "anyOf", "allOf"];
/** Each of these was blamed for a refusal by somebody; official clients send most of them. */
const blamedKeywords = ["$schema", "$id", "$ref", "additionalProperties", "pattern", "format", "default"];

export const toolRules: readonly Rule[] = [
  rule("R22", "official", ({ history }, report) => {
    for (const { path, context } of history)
      if (context["tools"] !== undefined)
        report(`${path}.userInputMessageContext.tools`, "must only stand on the current message");
  }),
  rule("R23", "official", (request, report) => {
    for (const { path, name } of allNames(request))
      if (!nameCharacters.test(name.slice(0, longestName)))
        report(path, "must consist of a-z, A-Z, 0-9, _ and -");
  }),
  rule("R23", "paranoid", (request, report) => {
    for (const { path, name } of allNames(request))
      if (!/^[a-zA-Z]/.test(name)) report(path, "must begin with a letter");
  }),
  rule("R24", "official", (request, report) => {
    for (const { path, name } of allNames(request))
      if (name.length > longestName) report(path, `must have at most ${longestName} characters`);
  }),
  rule("R25", "official", ({ tools }, report) => checkUnique(tools, (name) => name, report)),
  rule("R25", "paranoid", ({ tools }, report) => checkUnique(tools, (name) => name.toLowerCase(), report)),
  rule("R26", "official", ({ tools }, report) => {
    for (const { path, description } of tools)
      if (isBlank(description)) report(`${path}.description`, "must not be blank");
  }),
  rule("R27", "model", ({ tools }, report) => checkDescriptions(tools, longestDescription, report)),
  rule("R27", "paranoid", ({ tools }, report) => checkDescriptions(tools, longestCliDescription, report)),
  rule("R28", "official", ({ tools }, report) => {
    for (const { path, schema } of tools)
      if (asObject(schema)["type"] !== "object") report(`${path}.inputSchema.json.type`, 'must be "object"');
  }),
  rule("R29", "strict", ({ tools }, report) => {
    for (const { path, schema } of tools)
      for (const keyword of rootCombinators)
        if (keyword in asObject(schema))
          report(`${path}.inputSchema.json.${keyword}`, "must not stand at the root");
  }),
  rule("R30", "strict", ({ tools }, report) =>
    forEachSchema(tools, (schema, path) => {
      const place = findNull(schema);
      if (place) report(path, `must leave ${place} out instead of null`);
    }),
  ),
  rule("R31", "paranoid", ({ tools }, report) =>
    forEachSchema(tools, (schema, path) => {
      const { required } = schema;
      const isEmpty = Array.isArray(required) && required.length === 0;
      const blamed = isEmpty ? "required" : blamedKeywords.find((keyword) => keyword in schema);
      if (blamed) report(path, `has ${blamed}, which was blamed for refusals`);
    }),
  ),
  rule("R32", "paranoid", ({ tools, current }, report) => {
    if (tools.length > mostTools)
      report(`${current?.path}.userInputMessageContext.tools`, `must not be more than ${mostTools}`);
  }),
  rule("R33", "strict", ({ turns, tools, current }, report) => {
    if (tools.length === 0 && turns.some(({ uses, results }) => uses.length + results.length > 0))
      report(
        `${current?.path}.userInputMessageContext.tools`,
        "must be declared, for the history uses tools",
      );
  }),
  rule("R34", "paranoid", (request, report) => {
    const declared = new Set(request.tools.map(({ name }) => name));
    for (const { path, name } of usedNames(request))
      if (!declared.has(name)) report(path, "must be one of the tools declared");
  }),
  rule("R35", "paranoid", ({ current }, report) => {
    for (const [index, entry] of asObjects(current?.context["tools"]).entries())
      if ("cachePoint" in entry)
        report(`${current?.path}.userInputMessageContext.tools[${index}]`, "must not be a cache point");
  }),
];

const allNames = (request: RequestView) => [
  ...request.tools.map(({ path, name }) => ({ path: `${path}.name`, name })),
  ...usedNames(request),
];

const usedNames = ({ history }: RequestView) =>
  history
    .flatMap(({ uses }) => uses)
    .map(({ path, json }) => ({ path: `${path}.name`, name: asText(json["name"]) }));

function forEachSchema(
  tools: readonly ToolView[],
  visit: (schema: JsonObject, rootPath: string) => void,
): void {
  for (const { path, schema } of tools)
    visitSchemas(asObject(schema), (each) => visit(each, `${path}.inputSchema.json`));
}

function checkUnique(tools: readonly ToolView[], key: (name: string) => string, report: Report): void {
  const seen = new Set<string>();
  for (const { path, name } of tools) {
    if (seen.has(key(name))) report(`${path}.name`, "must not name two tools");
    seen.add(key(name));
  }
}

function checkDescriptions(tools: readonly ToolView[], longest: number, report: Report): void {
  for (const { path, description } of tools)
    if (exceeds(description, longest))
      report(`${path}.description`, `must have at most ${longest} characters`);
}
