import { binaryPath, build } from "./build.ts";
import { bun, install, type RunResult } from "./bun.ts";
import { commandLine } from "./command-line.ts";

commandLine({
  command: "bun run check",
  summary: "Install, types, lint, build, tests of source and binary, real clients: what CI runs.",
  options: {},
});

const steps: Record<string, () => Promise<RunResult>> = {
  install: () => bun(install),
  types: () => bun(["run", "--bun", "types"]),
  lint: () => bun(["run", "--bun", "lint"]),
  build: () => build(binaryPath),
};
/** Last, since the tests of the binary run what the build has made. */
const tests = () =>
  bun(["test", "--only-failures", "--timeout=20000"], { environment: { AQBRIDGE_BINARY: binaryPath } });

async function timed(name: string, step: () => Promise<RunResult>): Promise<RunResult> {
  process.stdout.write(name.padEnd(10));
  const start = performance.now();
  const result = await step();
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  process.stdout.write(`${result.ok ? "ok" : "FAILED"} ${time}\n${result.ok ? "" : result.output}`);
  return result;
}

/** The programs that people use, against the binary; they are installed on demand. */
const clients = () => bun(["run", "test:clients"]);

const count = (output: string, outcome: string) =>
  Number(output.match(new RegExp(`^ *(\\d+) ${outcome}$`, "m"))?.[1] ?? 0);

let ok = true;
for (const [name, step] of Object.entries(steps)) {
  const result = await timed(name, step);
  ok &&= result.ok;
}
const tested = await timed("tests", tests);
// A run that breaks off, or an error outside a test, fails without a failed test.
const failed = tested.ok ? 0 : Math.max(1, count(tested.output, "fail"));
process.stdout.write(`${count(tested.output, "pass")} passed, ${failed} failed\n`);
const served = await timed("clients", clients);
process.exitCode = ok && tested.ok && served.ok ? 0 : 1;
