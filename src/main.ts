import { readFileSync, statSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import type { Ended, World } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
import { withoutKeys } from "./cli/discreet.ts";
import { runCommandLine } from "./cli/run.ts";
import { createStyle } from "./cli/style.ts";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config/load.ts";
import { newId } from "./new-id.ts";
import { isTerminal } from "./process/terminal.ts";
import { onStray, thisHost } from "./process/this-host.ts";
import { createSecrets } from "./secrets/secrets.ts";

const secrets = createSecrets();
const surroundings = { environment: process.env, home: homeFolder(), platform: process.platform };
/** For other programs: a browser has no need of the keys. */
const env = withoutKeys(process.env);
/** Standard streams that were terminals at the start. */
const terminals = [0, 1, 2].filter(isTerminal);
const readFile = (path: string) => readFileSync(path, "utf8");

const world: World = {
  commands,
  surroundings,
  load: (flags, environment = process.env) =>
    loadConfig({ ...surroundings, environment, arguments: flags, readFile, isShared, isForeign }),
  clock: systemClock,
  newId,
  secrets,
  stdout,
  stderr,
  style: createStyle(terminals.includes(1), surroundings),
  ...(terminals.includes(1) && { columns: process.stdout.columns }),
  program: Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, Bun.main],
  execute,
  launch,
  stopped: stopSignal,
  onReload,
  host: thisHost(process.env),
};

async function main(): Promise<void> {
  try {
    process.exitCode = await runCommandLine(process.argv.slice(2), world);
  } catch (error) {
    reportStray(error);
    process.exitCode = 70;
  }
  process.exit();
}

function reportStray(error: unknown): void {
  const described = error instanceof Error ? error.stack : "unknown";
  stderr(secrets.mask(`aqbridge: stray failure: ${described}\n`));
}

/** Resolves at the first SIGINT or SIGTERM, or when the terminal is closed; another of these signals ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = () => {
      isAsked = true;
      resolve();
    };
    const insist = (exitCode: number) => () => (isAsked ? process.exit(exitCode) : ask());
    process.on("SIGINT", insist(130));
    process.on("SIGTERM", insist(143));
    // Both the kernel and the shell report a closed terminal: two of them are nobody's impatience.
    process.on("SIGHUP", () => isTerminalLost() && ask());
  });
}

function onReload(callback: () => void): void {
  process.on("SIGHUP", () => isTerminalLost() || callback());
}

/** SIGHUP comes from a terminal that is closed, which is none from then on, or from a person who wants a reload. */
const isTerminalLost = () => process.platform === "win32" || !terminals.every(isTerminal);

function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** Windows keeps its permissions elsewhere. */
const isShared = (path: string) => process.platform !== "win32" && (statSync(path).mode & 0o044) !== 0;

/** A group may be a person's own, and root's configuration be meant for all; in a container root is given others' files. */
function isForeign(path: string): boolean {
  const me = process.getuid?.() ?? 0;
  if (process.platform === "win32") return false;
  const { mode, uid } = statSync(path);
  return (mode & 0o002) !== 0 || (me !== 0 && uid !== 0 && uid !== me);
}

/** For a program that does not exist, the exit code is that of a shell. */
async function execute(command: readonly string[]): Promise<Ended> {
  try {
    const child = Bun.spawn([...command], { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const output = await child.stdout.text();
    return { code: await child.exited, stdout: output };
  } catch {
    return { code: 127, stdout: "" };
  }
}

function launch(command: readonly string[]): void {
  try {
    Bun.spawn([...command], { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" }).unref();
  } catch {}
}

function stdout(text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
}

/** A closed or full pipe must never stop an answer. */
function stderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {}
}

// A request that fails outside its own stream must not end the process and every other stream with it.
onStray(reportStray);
main();
