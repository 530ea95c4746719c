import { isJsonObject } from "../../json.ts";
import { asObjects } from "../narrow.ts";
import { isBlank } from "./measure.ts";
import { type Rule, rule } from "./rule.ts";

const roles = ["userInputMessage", "assistantResponseMessage"];
const longestHistory = 250;

export const turnRules: readonly Rule[] = [
  rule("R9", "official", ({ history: [first] }, report) => {
    if (!first) return;
    if (first.role !== "user") return report(first.path, "history must begin with the user");
    if (first.results.length > 0) report(first.path, "the first message must not carry tool results");
    if (isBlank(first.content)) report(first.path, "the first message must have text");
  }),
  rule("R10", "official", ({ history }, report) => {
    const last = history.at(-1);
    if (last?.role === "user") report(last.path, "history must end with the assistant");
  }),
  rule("R10", "strict", ({ history }, report) => {
    for (const [index, { role, path }] of history.entries())
      if (history[index - 1]?.role === role) report(path, `must not follow another message of the ${role}`);
  }),
  rule("R11", "official", ({ state }, report) => {
    const current = state["currentMessage"];
    if (isJsonObject(current) && "assistantResponseMessage" in current)
      report("conversationState.currentMessage", "must not be the beginning of an answer");
  }),
  rule("R12", "strict", ({ history }, report) => {
    if (history.length > longestHistory)
      report("conversationState.history", `must have at most ${longestHistory} entries`);
  }),
  rule("R13", "model", ({ state }, report) => {
    for (const [index, entry] of asObjects(state["history"]).entries())
      if (!roles.some((role) => isJsonObject(entry[role])))
        report(`conversationState.history[${index}]`, "must be a message of the user or the assistant");
  }),
];
