import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thoroughCases, usualCases } from "../test/support/cases.ts";
import { bun } from "./bun.ts";
import { commandLine } from "./command-line.ts";
import { browserExecutable } from "./faults/browser.ts";
import { isRed, laws, matrix, propertyStates, rowStates } from "./faults/report.ts";

const { all, cases } = commandLine({
  command: "bun run faults",
  summary: "Runs every test of a fault and of a property, and prints the fault matrix and the properties.",
  options: {
    all: { type: "boolean", default: false, help: "The thorough ones in full, and with a real browser." },
    cases: { type: "string", placeholder: "number", help: "So many cases of each property." },
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
    environment: {
      ...(all && { AQBRIDGE_FAULTS: "all", AQBRIDGE_BROWSER: await browserExecutable() }),
      ...(cases && { AQBRIDGE_CASES: cases }),
    },
  },
);
const junit = await Bun.file(report).text();
const rows = rowStates(junit);
const properties = propertyStates(junit);
await rm(folder, { recursive: true });

process.stdout.write(`${matrix(rows)}\n`);
process.stdout.write(laws(properties, Number(cases ?? (all ? thoroughCases : usualCases))));
// A file that does not even load has no tests, red or green.
if (!run.ok) process.stderr.write(run.output);
process.exitCode = [...rows, ...properties].some(isRed) || !run.ok ? 1 : 0;
