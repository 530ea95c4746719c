import { binaryPath, build } from "./build.ts";
import { bun, install, type RunResult } from "./bun.ts";
import { commandLine } from "./command-line.ts";

commandLine({
  command: "bun run check",
  summary: "Install, types, lint, build, tests of source and binary, real clients: what CI runs.",
  options: {},
});

async function timed(name: string, step: Promise<RunResult>): Promise<RunResult> {
  process.stdout.write(name.padEnd(10));
  const start = performance.now();
  const result = await step;
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  process.stdout.write(`${result.ok ? "ok" : "FAILED"} ${time}\n${result.ok ? "" : result.output}`);
  return result;
}

/** A run that breaks off, or an error outside a test, fails without a failed test. */
function sums({ ok, output }: RunResult): string {
  const count = (outcome: string) => Number(output.match(new RegExp(`^ *(\\d+) ${outcome}$`, "m"))?.[1] ?? 0);
  return `${count("pass")} passed, ${ok ? 0 : Math.max(1, count("fail"))} failed\n`;
}

const before = [
  await timed("install", bun(install)),
  await timed("types", bun(["run", "--bun", "types"])),
  await timed("lint", bun(["run", "--bun", "lint"])),
  await timed("build", build(binaryPath)),
];
const flags = ["--only-failures", "--timeout=20000"];
const tested = await timed("tests", bun(["test", ...flags], { AQBRIDGE_BINARY: binaryPath }));
process.stdout.write(sums(tested));
const served = await timed("clients", bun(["run", "test:clients"]));
process.exitCode = [...before, tested, served].every(({ ok }) => ok) ? 0 : 1;
