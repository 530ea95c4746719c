import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { World as CommandWorld, Ended } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { plainStyle } from "../../src/cli/style.ts";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { quietHost } from "./host.ts";

export interface World {
  home?: string | undefined;
  environment?: Readonly<Record<string, string>>;
  platform?: NodeJS.Platform;
  /** What other programs answer; each run of one is noted. */
  execute?: (command: readonly string[]) => number | Ended;
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
  /** Other programs that were run. */
  executed: readonly string[];
}

/** Runs a command line in this process, as a user whose home directory is `home`. */
export async function runLine(line: string, world: World = {}): Promise<Outcome> {
  const { environment = {}, home = "/nonexistent", platform = "linux", execute = () => 0 } = world;
  const surroundings = { environment, home, platform };
  const executed: string[] = [];
  let out = "";
  let err = "";
  const context: CommandWorld = {
    commands,
    surroundings,
    load: (flags, seen = environment) =>
      loadConfig({
        ...surroundings,
        environment: seen,
        arguments: flags,
        readFile: (path) => readFileSync(path, "utf8"),
      }),
    clock: systemClock,
    newId: randomUUID,
    secrets: createSecrets(),
    stdout(text) {
      out += text;
    },
    stderr(text) {
      err += text;
    },
    style: plainStyle,
    program: ["/opt/aq bridge/aqbridge"],
    execute: async (command): Promise<Ended> => {
      executed.push(command.join(" "));
      const ended = execute(command);
      return typeof ended === "number" ? { code: ended, stdout: "" } : ended;
    },
    stopped: async () => {},
    host: quietHost,
  };
  const code = await runCommandLine(
    line.split(" ").filter((word) => word !== ""),
    context,
  );
  return { code, out, err, executed };
}
