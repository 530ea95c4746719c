import { releaseGate, titles } from "./rows.ts";

export interface RowState {
  number: number;
  title: string;
  passed: number;
  failed: number;
}

const testCase = /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;
/** In the name of the test, or of the group that it stands in. */
const rowNumber = /="(?:[^"]* )?row (\d+): /;

/** What a run of `bun test` says of each row, by its JUnit report; tests that were skipped say nothing. */
export function rowStates(junit: string): RowState[] {
  const rows = titles.map((title, index) => ({ number: index + 1, title, passed: 0, failed: 0 }));
  for (const [, attributes = "", details = ""] of junit.matchAll(testCase)) {
    const row = rows[Number(rowNumber.exec(attributes)?.[1]) - 1];
    if (!row || details.includes("<skipped")) continue;
    if (/<(failure|error)/.test(details)) row.failed++;
    else row.passed++;
  }
  return rows;
}

const stateOf = ({ passed, failed }: RowState): string => {
  if (failed > 0) return "red";
  return passed > 0 ? "green" : "no test";
};

const count = (rows: readonly RowState[], state: string) =>
  rows.filter((row) => stateOf(row) === state).length;

/** The matrix for people to read: a line for each row, the release gate's with an asterisk, and the sums. */
export function matrix(rows: readonly RowState[]): string {
  const width = Math.max(...titles.map(({ length }) => length));
  const lines = rows.map((row) => {
    const gate = releaseGate.has(row.number) ? "*" : " ";
    const tests = row.failed > 0 ? `${row.failed} of ${row.passed + row.failed}` : `${row.passed || ""}`;
    return `${String(row.number).padStart(3)}${gate} ${row.title.padEnd(width)}  ${stateOf(row).padEnd(7)}  ${tests}`;
  });
  const gate = rows.filter(({ number }) => releaseGate.has(number));
  const sums = ["green", "red", "no test"].map((state) => `${count(rows, state)} ${state}`).join(", ");
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n\n${sums}; release gate (*): ${count(gate, "green")} of ${gate.length} green\n`;
}
