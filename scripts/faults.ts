import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bun } from "./bun.ts";
import { browserExecutable } from "./faults/browser.ts";
import { matrix, rowStates } from "./faults/report.ts";

/** Runs every test of a fault and prints the fault matrix; with `--all` the thorough ones in full. */
const { all } = parseArgs({ options: { all: { type: "boolean", default: false } } }).values;

const folder = await mkdtemp(join(tmpdir(), "aqbridge-faults-"));
const report = join(folder, "junit.xml");
const run = await bun(
  [
    "test",
    "--only-failures",
    "--test-name-pattern",
    "(^| )row \\d+: ",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
  ],
  { environment: all ? { AQBRIDGE_FAULTS: "all", AQBRIDGE_BROWSER: await browserExecutable() } : {} },
);
const rows = rowStates(await Bun.file(report).text());
await rm(folder, { recursive: true });

process.stdout.write(matrix(rows));
const isRed = rows.some(({ failed }) => failed > 0);
// A file that does not even load has no tests, red or green.
if (!run.ok) process.stderr.write(run.output);
process.exitCode = isRed || !run.ok ? 1 : 0;
