import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command, Context } from "../../src/cli/command.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { plainStyle } from "../../src/cli/style.ts";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { temporaryFolder } from "./folder.ts";
import { quietHost } from "./host.ts";

export interface Ran {
  code: number;
  out: string;
  err: string;
  /** Programs that were started and left to themselves. */
  launched: readonly (readonly string[])[];
}

/** Somebody at a computer with a home directory of their own. */
export interface Person {
  home: string;
  /** The own file, which need not be there. */
  ownFile: string;
  write(path: string, content: unknown, mode?: number): void;
  /** Runs a command line in this process, as `login --no-browser`. */
  run(line: string, command: Command, world?: Partial<Context> & Surrounded): Promise<Ran>;
}

interface Surrounded {
  environment?: Readonly<Record<string, string>>;
  platform?: NodeJS.Platform;
  /** Whether there is no home directory. */
  isHomeless?: boolean;
  /** Hears of every text as it is printed. */
  onOutput?: (text: string) => void;
}

export function makePerson(): Person {
  const home = temporaryFolder();
  return {
    home,
    ownFile: join(home, ".local/state/aqbridge/amazonq_credentials.json"),
    write(path, content, mode = 0o600) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode });
    },
    run: (line, command, world = {}) => run(line, command, home, world),
  };
}

async function run(
  line: string,
  command: Command,
  home: string,
  { environment = {}, platform = "linux", isHomeless, onOutput, ...given }: Partial<Context> & Surrounded,
): Promise<Ran> {
  const [name = "", ...rest] = line.split(" ");
  const surroundings = { environment, home: isHomeless ? undefined : home, platform };
  const readFile = (path: string) => readFileSync(path, "utf8");
  const launched: (readonly string[])[] = [];
  let out = "";
  let err = "";
  const code = await runCommandLine([name, ...rest], {
    commands: { [name]: command },
    surroundings,
    load: (flags, seen = environment) =>
      loadConfig({ ...surroundings, environment: seen, arguments: flags, readFile }),
    clock: systemClock,
    newId: () => "id",
    secrets: createSecrets(),
    style: plainStyle,
    program: ["aqbridge"],
    execute: async () => ({ code: 1, stdout: "" }),
    launch: (program) => launched.push(program),
    stopped: () => new Promise(() => {}),
    host: quietHost,
    ...given,
    stdout(text) {
      out += text;
      onOutput?.(text);
    },
    stderr(text) {
      err += text;
      onOutput?.(text);
    },
  });
  return { code, out, err, launched };
}
