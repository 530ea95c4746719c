import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { build } from "./build.ts";
import { bun, install, orExit, root } from "./bun.ts";
import further from "./clients/further/package.json" with { type: "json" };
import pins from "./clients/package.json" with { type: "json" };
import { commandLine } from "./command-line.ts";
import { type Test, testsIn } from "./junit.ts";

const { all } = commandLine({
  command: "bun run test:clients",
  summary:
    "Runs pinned versions of popular clients against the bridge (test/real-clients); needs the network only to install them. Crush runs if AQBRIDGE_CRUSH names its binary.",
  options: {
    all: {
      type: "boolean",
      default: false,
      help: "Also OpenCode, Continue, Qwen Code, pi and Cline: another gigabyte, and two more minutes.",
    },
  },
});

const folder = join(root, "dist", "clients");
const furtherFolder = join(folder, "further");
const report = join(folder, "report.xml");
const mostMinutes = all ? 15 : 5;

/** By the outermost group of their tests. */
const versions: Readonly<Record<string, string>> = {
  "Claude Code": pins.dependencies["@anthropic-ai/claude-code"],
  Codex: pins.dependencies["@openai/codex"],
  "AI SDK": pins.dependencies.ai,
  openai: manifest.devDependencies.openai,
  "@anthropic-ai/sdk": manifest.devDependencies["@anthropic-ai/sdk"],
  ...(all && {
    OpenCode: further.dependencies["opencode-ai"],
    Continue: further.dependencies["@continuedev/cli"],
    "Qwen Code": further.dependencies["@qwen-code/qwen-code"],
    pi: further.dependencies["@earendil-works/pi-coding-agent"],
    Cline: further.optionalDependencies["@cline/cli-linux-x64"],
  }),
};

orExit(await bun(install));
await installClients(join("scripts", "clients"), folder);
if (all) await installClients(join("scripts", "clients", "further"), furtherFolder);
// Not directly in dist/, where another build might replace it meanwhile.
orExit(await build(join(folder, "aqbridge")));
await rm(report, { force: true });
process.exitCode = await runTests();
// A run that is broken off leaves no report.
if (await Bun.file(report).exists()) printTable(testsIn(await Bun.file(report).text()));

/** Exactly what the lock file says, and without running any script of theirs. */
async function installClients(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of ["package.json", "bun.lock"]) {
    await copyFile(join(root, from, file), join(to, file));
  }
  orExit(await bun([...install, "--cwd", to]));
}

async function runTests(): Promise<number> {
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  const child = Bun.spawn([process.execPath, "test", "test/real-clients", "--timeout=60000", ...reporter], {
    cwd: root,
    env: {
      ...process.env,
      AQBRIDGE_CLIENTS: folder,
      ...(all && { AQBRIDGE_FURTHER_CLIENTS: furtherFolder }),
    },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: mostMinutes * 60_000,
  });
  return (await child.exited) || Number(child.signalCode !== null);
}

function printTable(tests: readonly Test[]): void {
  const line = (...cells: readonly (string | number)[]) =>
    process.stdout.write(
      `${cells.map((cell, column) => String(cell).padEnd(column === 0 ? 19 : 11)).join("")}\n`,
    );
  line("\nclient", "version", "passed", "failed", "seconds");
  for (const [client, ran] of Map.groupBy(tests, ({ groups }) => groups.at(-1) ?? "")) {
    const version = versions[client];
    if (version === undefined) continue;
    const passed = ran.filter(({ outcome }) => outcome === "passed").length;
    const seconds = ran.reduce((total, test) => total + test.seconds, 0);
    line(client, version, passed, ran.length - passed, seconds.toFixed(1));
  }
}
