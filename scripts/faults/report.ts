import type { Test } from "../junit.ts";
import { properties, releaseGate, titles } from "./rows.ts";

/** How many tests prove or disprove one row, or one property. */
export interface State {
  number: number;
  title: string;
  passed: number;
  failed: number;
}

/** What the tests say of each row or property, by the number in their names or in those of their groups. */
export function statesOf(
  names: readonly string[],
  word: "row" | "property",
  tests: readonly Test[],
): State[] {
  const states = names.map((title, index) => ({ number: index + 1, title, passed: 0, failed: 0 }));
  const numbering = new RegExp(`(?:^| )${word} (\\d+)[:,] `);
  for (const { name, groups, outcome } of tests) {
    const number = [name, ...groups].map((text) => numbering.exec(text)?.[1]).find(Boolean);
    const state = states[Number(number) - 1];
    if (state && outcome !== "skipped") state[outcome]++;
  }
  return states;
}

/** Whether a test disproves it, or none proves it. */
export const isRed = ({ passed, failed }: State): boolean => failed > 0 || passed === 0;

const stateOf = ({ passed, failed }: State): string => {
  if (failed > 0) return "red";
  return passed > 0 ? "green" : "no test";
};

const count = (states: readonly State[], state: string) =>
  states.filter((each) => stateOf(each) === state).length;

const sums = (states: readonly State[]): string =>
  ["green", "red", "no test"].map((state) => `${count(states, state)} ${state}`).join(", ");

const width = Math.max(...[...titles, ...properties].map(({ length }) => length));

function lineOf(state: State, mark: string): string {
  const { number, title, passed, failed } = state;
  const tests = failed > 0 ? `${failed} of ${passed + failed}` : `${passed || ""}`;
  return `${String(number).padStart(3)}${mark} ${title.padEnd(width)}  ${stateOf(state).padEnd(7)}  ${tests}`.trimEnd();
}

/** The matrix for people to read: a line for each row, the release gate's with an asterisk, and the sums. */
export function matrix(rows: readonly State[]): string {
  const lines = rows.map((row) => lineOf(row, releaseGate.has(row.number) ? "*" : " "));
  const gate = rows.filter(({ number }) => releaseGate.has(number));
  return `${lines.join("\n")}\n\n${sums(rows)}; release gate (*): ${count(gate, "green")} of ${gate.length} green\n`;
}

/** The properties in the same form, each tried on so many cases. */
export const listOfLaws = (states: readonly State[], cases: number): string =>
  `${states.map((state) => lineOf(state, " ")).join("\n")}\n\nproperties, of ${cases} cases each: ${sums(states)}\n`;
