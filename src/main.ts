import { randomUUID } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { cliDatabasePath } from "./auth/locations.ts";
import { parseArguments } from "./cli/arguments.ts";
import type { Command } from "./cli/commands.ts";
import { credentialsCommand } from "./cli/credentials.ts";
import { helpText } from "./cli/help.ts";
import { serve } from "./cli/serve.ts";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config/load.ts";
import { UsageError } from "./config/usage-error.ts";
import { version } from "./version.ts";

const stdout = (text: string) => write(1, text);
const stderr = (text: string) => write(2, text);
const surroundings = { environment: process.env, home: homeFolder(), platform: process.platform };
const readFile = (path: string) => readFileSync(path, "utf8");

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case "help":
      stdout(helpText(command.topic));
      return 0;
    case "version":
      stdout(`${version}\n`);
      return 0;
    case "credentials": {
      const { config } = loadConfig({ ...surroundings, arguments: command.flags, readFile });
      const database = config.cliDatabase ?? cliDatabasePath(surroundings);
      return credentialsCommand({ database, output: command.output, stdout, stderr, clock: systemClock });
    }
    case "serve": {
      const loaded = loadConfig({ ...surroundings, arguments: command.flags, readFile });
      const newId = () => randomUUID().replaceAll("-", "");
      return serve({
        ...loaded,
        surroundings,
        clock: systemClock,
        newId,
        stdout,
        stderr,
        stopped: stopSignal(),
      });
    }
    default:
      return command satisfies never;
  }
}

async function main(): Promise<void> {
  try {
    process.exitCode = await run(parseArguments(process.argv.slice(2)));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    stderr(`aqbridge: ${isUsage ? error.message : describeStray(error)}\n`);
    process.exitCode = isUsage ? 2 : 70;
  }
  process.exit();
}

/** One request that goes wrong outside its own stream must not end the process, and every other stream with it. */
function surviveStrays(): void {
  const report = (error: unknown) => stderr(`aqbridge: ${describeStray(error)}\n`);
  process.on("unhandledRejection", report);
  process.on("uncaughtException", report);
}

const describeStray = (error: unknown) =>
  `stray failure: ${error instanceof Error ? error.stack : "unknown"}`;

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = (exitCode: number) => () => {
      if (isAsked) process.exit(exitCode);
      isAsked = true;
      resolve();
    };
    process.on("SIGINT", ask(130));
    process.on("SIGTERM", ask(143));
  });
}

function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** A closed or full pipe must never stop an answer. */
function write(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {}
}

surviveStrays();
main();
