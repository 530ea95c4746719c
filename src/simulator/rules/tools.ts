import { isJsonObject, type JsonObject } from "../../json.ts";
import { asText } from "../narrow.ts";
import { exceeds, isBlank } from "./measure.ts";
import type { Report, Rule } from "./rule.ts";
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
  {
    rule: "R22",
    level: "official",
    check({ history }, report) {
      for (const turn of history) {
        if (turn.role === "user" && turn.context["tools"] !== undefined)
          report(`${turn.path}.userInputMessageContext.tools`, "must only stand on the current message");
      }
    },
  },
  {
    rule: "R23",
    level: "official",
    check: (request, report) =>
      forEachName(request, (path, name) => {
        if (!nameCharacters.test(name.slice(0, longestName)))
          report(path, "must consist of a-z, A-Z, 0-9, _ and -");
      }),
  },
  {
    rule: "R23",
    level: "paranoid",
    check: (request, report) =>
      forEachName(request, (path, name) => {
        if (!/^[a-zA-Z]/.test(name)) report(path, "must begin with a letter");
      }),
  },
  {
    rule: "R24",
    level: "official",
    check: (request, report) =>
      forEachName(request, (path, name) => {
        if (name.length > longestName) report(path, `must have at most ${longestName} characters`);
      }),
  },
  {
    rule: "R25",
    level: "official",
    check: ({ tools }, report) => checkUnique(tools, (name) => name, report),
  },
  {
    rule: "R25",
    level: "paranoid",
    check: ({ tools }, report) => checkUnique(tools, (name) => name.toLowerCase(), report),
  },
  {
    rule: "R26",
    level: "official",
    check({ tools }, report) {
      for (const { path, description } of tools)
        if (isBlank(description)) report(`${path}.description`, "must not be blank");
    },
  },
  {
    rule: "R27",
    level: "model",
    check: ({ tools }, report) => checkDescriptions(tools, longestDescription, report),
  },
  {
    rule: "R27",
    level: "paranoid",
    check: ({ tools }, report) => checkDescriptions(tools, longestCliDescription, report),
  },
  {
    rule: "R28",
    level: "official",
    check({ tools }, report) {
      for (const { path, schema } of tools) {
        if (!isJsonObject(schema) || schema["type"] !== "object")
          report(`${path}.inputSchema.json.type`, 'must be "object"');
      }
    },
  },
  {
    rule: "R29",
    level: "strict",
    check({ tools }, report) {
      for (const { path, schema } of tools) {
        for (const keyword of rootCombinators)
          if (isJsonObject(schema) && keyword in schema)
            report(`${path}.inputSchema.json.${keyword}`, "must not stand at the root");
      }
    },
  },
  {
    rule: "R30",
    level: "strict",
    check: (request, report) =>
      forEachSchema(request, (schema, tool) => {
        const place = findNull(schema);
        if (place) report(`${tool.path}.inputSchema.json`, `must leave ${place} out instead of null`);
      }),
  },
  {
    rule: "R31",
    level: "paranoid",
    check: (request, report) =>
      forEachSchema(request, (schema, tool) => {
        const required = schema["required"];
        const isEmpty = Array.isArray(required) && required.length === 0;
        const blamed = isEmpty ? "required" : blamedKeywords.find((keyword) => keyword in schema);
        if (blamed) report(`${tool.path}.inputSchema.json`, `has ${blamed}, which was blamed for refusals`);
      }),
  },
  {
    rule: "R32",
    level: "paranoid",
    check({ tools, current }, report) {
      if (tools.length > mostTools)
        report(`${current?.path}.userInputMessageContext.tools`, `must not be more than ${mostTools}`);
    },
  },
  {
    rule: "R33",
    level: "strict",
    check({ turns, tools, current }, report) {
      if (tools.length > 0) return;
      if (turns.some((turn) => (turn.role === "user" ? turn.results : turn.uses).length > 0))
        report(
          `${current?.path}.userInputMessageContext.tools`,
          "must be declared, for the history uses tools",
        );
    },
  },
  {
    rule: "R34",
    level: "paranoid",
    check(request, report) {
      const declared = new Set(request.tools.map(({ name }) => name));
      forEachUsedName(request, (path, name) => {
        if (!declared.has(name)) report(path, "must be one of the tools declared");
      });
    },
  },
  {
    rule: "R35",
    level: "paranoid",
    check({ current }, report) {
      const tools = current?.context["tools"];
      if (!Array.isArray(tools)) return;
      for (const [index, entry] of tools.entries()) {
        if (isJsonObject(entry) && "cachePoint" in entry)
          report(`${current?.path}.userInputMessageContext.tools[${index}]`, "must not be a cache point");
      }
    },
  },
];

function forEachName(request: RequestView, visit: (path: string, name: string) => void): void {
  for (const { path, name } of request.tools) visit(`${path}.name`, name);
  forEachUsedName(request, visit);
}

function forEachUsedName({ history }: RequestView, visit: (path: string, name: string) => void): void {
  for (const turn of history) {
    if (turn.role !== "assistant") continue;
    for (const [index, use] of turn.uses.entries())
      visit(`${turn.path}.toolUses[${index}].name`, asText(use["name"]));
  }
}

function forEachSchema({ tools }: RequestView, visit: (schema: JsonObject, tool: ToolView) => void): void {
  for (const tool of tools)
    if (isJsonObject(tool.schema)) visitSchemas(tool.schema, (schema) => visit(schema, tool));
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
