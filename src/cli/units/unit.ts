import type { Ended } from "../command.ts";

type CommandLine = readonly string[];

/** A file that makes the system's service manager run the bridge, and the commands that go with it. */
export interface Unit {
  path: string;
  text: string;
  /** What enabling it leaves behind. */
  links: readonly string[];
  start: readonly CommandLine[];
  /** Instead of `start` where there was a file before, which the manager may still have loaded. */
  restart: readonly CommandLine[];
  /** Works with the file and without it. */
  stop: readonly CommandLine[];
  /** Once the file is gone. */
  forget: readonly CommandLine[];
  /** Asks for the state of the bridge. */
  query: CommandLine;
  isRunning(answer: Ended): boolean;
  /** Whether there is anything to stop; absent where stopping nothing is no failure. */
  isLoaded?(answer: Ended): boolean;
  /** Shows the log. */
  log: CommandLine;
  /** What the person may want to know, one line each. */
  hints: readonly string[];
}

/** What the bridge is started with. */
export interface UnitPlan {
  /** Program and arguments, the paths absolute. */
  command: CommandLine;
  /** Variables that everybody may see. */
  variables: Readonly<Record<string, string>>;
  /** Holds further variables, which take precedence; absent where the service manager reads no such file. */
  environmentFile: string | undefined;
  /** How long it may take to stop. */
  stopSeconds: number;
}

export interface UnitOptions extends UnitPlan {
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
}
