import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thoroughCases, usualCases } from "../test/support/cases.ts";
import { bun } from "./bun.ts";
import { commandLine } from "./command-line.ts";
import { browserExecutable } from "./faults/browser.ts";
import { isRed, listOfLaws, matrix, statesOf } from "./faults/report.ts";
import { properties, titles } from "./faults/rows.ts";
import { testsIn } from "./junit.ts";

const { all, cases } = commandLine({
  command: "bun run faults",
  summary: "Runs every test of a fault or a property, and prints the fault matrix and the properties.",
  options: {
    all: { type: "boolean", default: false, help: "Run the thorough tests in full, and a real browser." },
    cases: { type: "string", placeholder: "number", help: "Number of cases of each property." },
  },
});

const folder = await mkdtemp(join(tmpdir(), "aqbridge-faults-"));
const report = join(folder, "junit.xml");
const run = await bun(
  [
    "test",
    "--only-failures",
    "--test-name-pattern",
    "(^| )(row \\d+: |property \\d+[:,] )",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
  ],
  {
    ...(all && { AQBRIDGE_FAULTS: "all", AQBRIDGE_BROWSER: await browserExecutable() }),
    ...(cases && { AQBRIDGE_CASES: cases }),
  },
);
const ran = testsIn(await Bun.file(report).text());
const rows = statesOf(titles, "row", ran);
const laws = statesOf(properties, "property", ran);
await rm(folder, { recursive: true });

process.stdout.write(`${matrix(rows)}\n`);
process.stdout.write(listOfLaws(laws, Number(cases ?? (all ? thoroughCases : usualCases))));
// A file that does not even load has no tests, red or green.
if (!run.ok) process.stderr.write(run.output);
process.exitCode = [...rows, ...laws].some(isRed) || !run.ok ? 1 : 0;
