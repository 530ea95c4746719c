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

export interface World extends Partial<Omit<CommandWorld, "execute" | "launch" | "stdout" | "stderr">> {
  home?: string;
  /** Whether there is no home directory. */
  isHomeless?: boolean;
  environment?: Readonly<Record<string, string>>;
  platform?: NodeJS.Platform;
  /** What other programs answer; each run of one is noted. */
  execute?: (command: readonly string[]) => number | Ended;
  /** Hears every text as it is printed. */
  onOutput?: (text: string) => void;
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
  /** Other programs that were run. */
  executed: readonly string[];
  /** Programs that were started and left to themselves. */
  launched: readonly (readonly string[])[];
}

/** Runs a command line in this process, as a user whose home directory is `home`. */
export async function runLine(line: string, world: World = {}): Promise<Outcome> {
  const { environment = {}, platform = "linux", execute = () => 0, onOutput = () => {}, ...given } = world;
  const { home = "/nonexistent", isHomeless } = world;
  const surroundings = { environment, home: isHomeless ? undefined : home, platform };
  const executed: string[] = [];
  const launched: (readonly string[])[] = [];
  let out = "";
  let err = "";
  const argv = line.split(" ").filter((word) => word !== "");
  const code = await runCommandLine(argv, {
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
    style: plainStyle,
    program: ["/opt/aq bridge/aqbridge"],
    stopped: async () => {},
    onReload() {},
    host: quietHost,
    ...given,
    execute: async (command): Promise<Ended> => {
      executed.push(command.join(" "));
      const ended = execute(command);
      return typeof ended === "number" ? { code: ended, stdout: "" } : ended;
    },
    launch: (command) => launched.push(command),
    stdout(text) {
      out += text;
      onOutput(text);
    },
    stderr(text) {
      err += text;
      onOutput(text);
    },
  });
  return { code, out, err, executed, launched };
}
