import { version } from "../../version.ts";
import type { Style } from "../style.ts";
import type { Result, State } from "./check.ts";

/** The report for scripts; its members stay. */
export const reportJson = (results: readonly Result[]) => ({
  version,
  ok: isHealthy(results),
  checks: results.map(({ name, state, said, remedy = null }) => ({ name, state, said, remedy })),
});

export const isHealthy = (results: readonly Result[]): boolean =>
  results.every(({ state }) => state !== "failed");

/** The report for a person. */
export function reportText(results: readonly Result[], style: Style): string {
  const marks = { ok: style.green, warning: style.yellow, failed: style.red, skipped: style.dim };
  const width = 2 + Math.max(...results.map(({ name }) => name.length));
  const indent = " ".repeat(stateWidth + width);
  const lines = results.flatMap(({ name, state, said, remedy }) => [
    `${marks[state](state.padEnd(stateWidth))}${name.padEnd(width)}${said}`,
    ...(remedy === undefined ? [] : [`${indent}${style.bold(`→ ${remedy}`)}`]),
  ]);
  return `${lines.join("\n")}\n\n${summary(results)}\n`;
}

const stateWidth = "skipped".length + 2;

function summary(results: readonly Result[]): string {
  const count = (wanted: State) => results.filter(({ state }) => state === wanted).length;
  const failures = count("failed");
  const warnings = count("warning");
  if (failures + warnings === 0) return "All is well.";
  return `${failures} failed, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`;
}
