import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Outcome, runLine, type World } from "./command-line.ts";
import { temporaryFolder } from "./folder.ts";

/** Somebody at a computer with a home directory of their own. */
export interface Person {
  home: string;
  /** The own file, which need not be there. */
  ownFile: string;
  write(path: string, content: unknown, mode?: number): void;
  /** Runs a command line in this process and lets it finish. */
  run(line: string, world?: World): Promise<Outcome>;
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
    run: (line, world) => runLine(line, { home, stopped: () => new Promise(() => {}), ...world }),
  };
}
