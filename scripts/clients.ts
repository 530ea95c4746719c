import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { build } from "./build.ts";
import { bun, install, orExit, root } from "./bun.ts";
import pins from "./clients/package.json" with { type: "json" };
import { readReport, type TestOutcome } from "./clients/report.ts";
import { commandLine } from "./command-line.ts";

commandLine({
  command: "bun run test:clients",
  summary:
    "Runs the pinned clients that people use against the bridge; see test/real-clients. Needs the network only to install them.",
  options: {},
});

const folder = join(root, "dist", "clients");
const report = join(folder, "report.xml");
const mostMinutes = 5;

/** What each group of tests runs. */
const versions: Readonly<Record<string, string>> = {
  "Claude Code": pins.dependencies["@anthropic-ai/claude-code"],
  Codex: pins.dependencies["@openai/codex"],
  "AI SDK": pins.dependencies.ai,
  openai: manifest.devDependencies.openai,
  "@anthropic-ai/sdk": manifest.devDependencies["@anthropic-ai/sdk"],
};

orExit(await bun(install));
await installClients();
// Beside the clients and not in dist/, where it might be replaced meanwhile.
orExit(await build(join(folder, "aqbridge")));
await rm(report, { force: true });
process.exitCode = await runTests();
// A run that is broken off leaves no report.
if (await Bun.file(report).exists()) printTable(await readReport(report));

/** Exactly what the lock file says, and without running any script of theirs. */
async function installClients(): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ["package.json", "bun.lock"]) {
    await copyFile(join(root, "scripts", "clients", file), join(folder, file));
  }
  orExit(await bun([...install, "--cwd", folder]));
}

async function runTests(): Promise<number> {
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  const child = Bun.spawn([process.execPath, "test", "test/real-clients", "--timeout=60000", ...reporter], {
    cwd: root,
    env: { ...process.env, AQBRIDGE_CLIENTS: folder },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: mostMinutes * 60_000,
  });
  return (await child.exited) || Number(child.signalCode !== null);
}

function printTable(outcomes: readonly TestOutcome[]): void {
  const line = (...cells: readonly (string | number)[]) =>
    process.stdout.write(
      `${cells.map((cell, column) => String(cell).padEnd(column === 0 ? 19 : 11)).join("")}\n`,
    );
  line("\nclient", "version", "passed", "failed", "seconds");
  const ofClients = outcomes.filter(({ client }) => client in versions);
  for (const [client, ran] of Map.groupBy(ofClients, (outcome) => outcome.client)) {
    const passed = ran.filter(({ hasPassed }) => hasPassed).length;
    const seconds = ran.reduce((total, outcome) => total + outcome.seconds, 0);
    line(client, versions[client] ?? "", passed, ran.length - passed, seconds.toFixed(1));
  }
}
