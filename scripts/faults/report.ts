import { properties } from "./properties.ts";
import { releaseGate, titles } from "./rows.ts";

/** What is proved of one row, or of one property. */
export interface State {
  number: number;
  title: string;
  passed: number;
  failed: number;
}

const testCase = /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;
/** In the name of the test, or of the group that it stands in. */
const rowNumber = /="(?:[^"]* )?row (\d+): /;
const propertyNumber = /="(?:[^"]* )?property (\d+)[:,] /;

/** What a run of `bun test` says of each row, by its JUnit report; tests that were skipped say nothing. */
export const rowStates = (junit: string): State[] => statesOf(titles, rowNumber, junit);

/** The same of each property. */
export const propertyStates = (junit: string): State[] => statesOf(properties, propertyNumber, junit);

function statesOf(names: readonly string[], numbering: RegExp, junit: string): State[] {
  const states = names.map((title, index) => ({ number: index + 1, title, passed: 0, failed: 0 }));
  for (const [, attributes = "", details = ""] of junit.matchAll(testCase)) {
    const state = states[Number(numbering.exec(attributes)?.[1]) - 1];
    if (!state || details.includes("<skipped")) continue;
    if (/<(failure|error)/.test(details)) state.failed++;
    else state.passed++;
  }
  return states;
}

/** Whether nothing proves it, or something disproves it. */
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
export const laws = (states: readonly State[], cases: number): string =>
  `${states.map((state) => lineOf(state, " ")).join("\n")}\n\nproperties, of ${cases} cases each: ${sums(states)}\n`;
