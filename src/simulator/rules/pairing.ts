import { isJsonObject, type JsonObject } from "../../json.ts";
import { asObjects, asText } from "../narrow.ts";
import { type Rule, rule } from "./rule.ts";
import type { Item, Turn } from "./view.ts";

const idPattern = /^[a-zA-Z0-9_-]{1,64}$/;
const mostPerTurn = 10;

export const pairingRules: readonly Rule[] = [
  rule("R36", "official", ({ turns }, report) => {
    for (const item of turns.flatMap(usesAndResults))
      if (!idPattern.test(idOf(item)))
        report(`${item.path}.toolUseId`, "must have 1 to 64 of a-z, A-Z, 0-9, _ and -");
  }),
  rule("R37", "official", ({ history }, report) => {
    for (const { path, json } of history.flatMap(({ uses }) => uses))
      if (!isJsonObject(json["input"])) report(`${path}.input`, "must be a JSON object");
  }),
  rule("R38", "official", ({ turns }, report) => {
    for (const turn of turns) {
      const seen = new Set<string>();
      for (const item of usesAndResults(turn)) {
        if (seen.has(idOf(item))) report(item.path, "must not repeat an id of its message");
        seen.add(idOf(item));
      }
    }
  }),
  rule("R39", "official", ({ turns }, report) => {
    for (const [index, { results }] of turns.entries()) {
      const asked = new Set(turns[index - 1]?.uses.map(idOf));
      for (const result of results)
        if (!asked.has(idOf(result))) report(result.path, "must answer a tool use of the message before");
    }
  }),
  rule("R40", "official", ({ turns }, report) => {
    for (const [index, { uses }] of turns.entries()) {
      const answered = new Set(turns[index + 1]?.results.map(idOf));
      for (const use of uses)
        if (!answered.has(idOf(use))) report(use.path, "must be answered in the message after");
    }
  }),
  rule("R41", "official", ({ turns }, report) => {
    for (const { path, json } of turns.flatMap(({ results }) => results)) {
      const blocks = asObjects(json["content"]);
      if (blocks.length === 0 || !blocks.every(isAnswer))
        report(`${path}.content`, "must be texts with characters or json");
    }
  }),
  rule("R42", "official", ({ turns }, report) => {
    for (const { path, json } of turns.flatMap(({ results }) => results))
      if (asObjects(json["content"]).some((block) => "image" in block || "document" in block))
        report(`${path}.content`, "must not hold images or documents");
  }),
  rule("R43", "paranoid", ({ turns }, report) => {
    for (const [index, { path, results }] of turns.entries()) {
      const asked = turns[index - 1]?.uses.map(idOf) ?? [];
      if (results.length === asked.length && results.some((result, at) => idOf(result) !== asked[at]))
        report(path, "tool results must stand in the order of the tool uses");
    }
  }),
  rule("R43", "paranoid", ({ turns }, report) => {
    for (const turn of turns)
      if (usesAndResults(turn).length > mostPerTurn)
        report(turn.path, `must not have more than ${mostPerTurn} tool uses or results`);
  }),
];

const usesAndResults = ({ uses, results }: Turn): readonly Item[] => [...uses, ...results];

const idOf = ({ json }: Item): string => asText(json["toolUseId"]);

/** The block is a non-empty `text` or any `json`, and nothing besides. */
function isAnswer(block: JsonObject): boolean {
  const keys = Object.keys(block);
  if (keys.length !== 1) return false;
  return keys[0] === "json" || (keys[0] === "text" && asText(block["text"]) !== "");
}
