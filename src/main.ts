import { readFileSync, statSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import type { Ended, World } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
import { withoutKeys } from "./cli/discreet.ts";
import { runCommandLine } from "./cli/run.ts";
import { createStyle } from "./cli/style.ts";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config/load.ts";
import { isTerminal } from "./process/terminal.ts";
import { onStray, thisHost } from "./process/this-host.ts";
import { createSecrets } from "./secrets/secrets.ts";

const stdout = (text: string) => write(1, text);
const secrets = createSecrets();
const stderr = (text: string) => write(2, text);
const surroundings = { environment: process.env, home: homeFolder(), platform: process.platform };
/** For the programs that are started from here: a browser is no business of the keys'. */
const env = withoutKeys(process.env);
/** The standard streams that were terminals at the start. */
const terminals = [0, 1, 2].filter(isTerminal);
const readFile = (path: string) => readFileSync(path, "utf8");

const world: World = {
  commands,
  surroundings,
  load: (flags, environment = process.env) =>
    loadConfig({ ...surroundings, environment, arguments: flags, readFile, isShared }),
  clock: systemClock,
  newId: () => crypto.randomUUID().replaceAll("-", ""),
  secrets,
  stdout,
  stderr,
  style: createStyle({ isTerminal: terminals.includes(1), environment: process.env }),
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
    stderr(`aqbridge: ${describeStray(error)}\n`);
    process.exitCode = 70;
  }
  process.exit();
}

/** One request that goes wrong outside its own stream must not end the process, and every other stream with it. */
const surviveStrays = () => onStray((error) => stderr(`aqbridge: ${describeStray(error)}\n`));

const describeStray = (error: unknown) =>
  secrets.mask(`stray failure: ${error instanceof Error ? error.stack : "unknown"}`);

/** Resolves at the first SIGINT or SIGTERM, or when the terminal is closed; one more of the two ends the process at once. */
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
    // Of a terminal that is closed both the kernel and the shell tell: two of them are nobody's impatience.
    process.on("SIGHUP", () => isTerminalLost() && ask());
  });
}

function onReload(callback: () => void): void {
  process.on("SIGHUP", () => isTerminalLost() || callback());
}

/** A terminal that is closed sends SIGHUP like the person who wants a reload, but is none from then on. */
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

/** A program that is not there ends as a shell would say it. */
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

/** A closed or full pipe must never stop an answer. */
function write(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {}
}

surviveStrays();
main();
