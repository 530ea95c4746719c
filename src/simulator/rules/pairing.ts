import { isJsonObject, type JsonObject } from "../../json.ts";
import { asObjects, asText } from "../narrow.ts";
import type { Rule } from "./rule.ts";
import type { RequestView, Turn } from "./view.ts";

const idPattern = /^[a-zA-Z0-9_-]{1,64}$/;
const mostPerTurn = 10;

export const pairingRules: readonly Rule[] = [
  {
    rule: "R36",
    level: "official",
    check({ turns }, report) {
      for (const turn of turns) {
        for (const [index, entry] of toolEntries(turn).entries()) {
          if (!idPattern.test(idOf(entry)))
            report(`${entryPath(turn, index)}.toolUseId`, "must have 1 to 64 of a-z, A-Z, 0-9, _ and -");
        }
      }
    },
  },
  {
    rule: "R37",
    level: "official",
    check({ history }, report) {
      for (const turn of history) {
        if (turn.role !== "assistant") continue;
        for (const [index, use] of turn.uses.entries())
          if (!isJsonObject(use["input"])) report(`${entryPath(turn, index)}.input`, "must be a JSON object");
      }
    },
  },
  {
    rule: "R38",
    level: "official",
    check({ turns }, report) {
      for (const turn of turns) {
        const seen = new Set<string>();
        for (const [index, entry] of toolEntries(turn).entries()) {
          if (seen.has(idOf(entry))) report(entryPath(turn, index), "must not repeat an id of its message");
          seen.add(idOf(entry));
        }
      }
    },
  },
  {
    rule: "R39",
    level: "official",
    check({ turns }, report) {
      for (const [index, turn] of turns.entries()) {
        if (turn.role !== "user" || turn.results.length === 0) continue;
        const asked = new Set(usesOf(turns[index - 1]).map(idOf));
        for (const [at, result] of turn.results.entries())
          if (!asked.has(idOf(result)))
            report(entryPath(turn, at), "must answer a tool use of the message before");
      }
    },
  },
  {
    rule: "R40",
    level: "official",
    check({ turns }, report) {
      for (const [index, turn] of turns.entries()) {
        if (turn.role !== "assistant" || turn.uses.length === 0) continue;
        const answered = new Set(resultsOf(turns[index + 1]).map(idOf));
        for (const [at, use] of turn.uses.entries())
          if (!answered.has(idOf(use))) report(entryPath(turn, at), "must be answered in the message after");
      }
    },
  },
  {
    rule: "R41",
    level: "official",
    check: (request, report) =>
      forEachResult(request, (result, turn, index) => {
        const blocks = asObjects(result["content"]);
        if (blocks.length === 0 || !blocks.every(isAnswer))
          report(`${entryPath(turn, index)}.content`, "must be texts with characters or json");
      }),
  },
  {
    rule: "R42",
    level: "official",
    check: (request, report) =>
      forEachResult(request, (result, turn, index) => {
        if (asObjects(result["content"]).some((block) => "image" in block || "document" in block))
          report(`${entryPath(turn, index)}.content`, "must not hold images or documents");
      }),
  },
  {
    rule: "R43",
    level: "paranoid",
    check({ turns }, report) {
      for (const [index, turn] of turns.entries()) {
        if (turn.role !== "user") continue;
        const asked = usesOf(turns[index - 1]).map(idOf);
        const given = turn.results.map(idOf);
        if (given.length === asked.length && given.some((id, at) => id !== asked[at]))
          report(turn.path, "tool results must stand in the order of the tool uses");
      }
    },
  },
  {
    rule: "R43",
    level: "paranoid",
    check({ turns }, report) {
      for (const turn of turns)
        if (toolEntries(turn).length > mostPerTurn)
          report(turn.path, `must not have more than ${mostPerTurn} tool uses or results`);
    },
  },
];

const idOf = (entry: JsonObject): string => asText(entry["toolUseId"]);

const usesOf = (turn: Turn | undefined) => (turn?.role === "assistant" ? turn.uses : []);
const resultsOf = (turn: Turn | undefined) => (turn?.role === "user" ? turn.results : []);
const toolEntries = (turn: Turn) => (turn.role === "user" ? turn.results : turn.uses);

const entryPath = (turn: Turn, index: number): string =>
  turn.role === "user"
    ? `${turn.path}.userInputMessageContext.toolResults[${index}]`
    : `${turn.path}.toolUses[${index}]`;

/** The block is a non-empty `text` or any `json`, and nothing besides. */
function isAnswer(block: JsonObject): boolean {
  const keys = Object.keys(block);
  if (keys.length !== 1) return false;
  return keys[0] === "json" || (keys[0] === "text" && asText(block["text"]) !== "");
}

function forEachResult(
  { turns }: RequestView,
  visit: (result: JsonObject, turn: Turn, index: number) => void,
): void {
  for (const turn of turns)
    for (const [index, result] of resultsOf(turn).entries()) visit(result, turn, index);
}
