import type { Ended } from "../command.ts";

type CommandLine = readonly string[];

/** A file that makes the system's service manager run the bridge, and what it is told about it. */
export interface Unit {
  path: string;
  text: string;
  /** What enabling it leaves besides. */
  links: readonly string[];
  start: readonly CommandLine[];
  /** In place of `start` where there was a file before, of which the manager may still know. */
  restart: readonly CommandLine[];
  /** Works with the file and without it. */
  stop: readonly CommandLine[];
  /** When the file is gone. */
  forget: readonly CommandLine[];
  /** Asks for the state of the bridge. */
  query: CommandLine;
  isRunning(answer: Ended): boolean;
  /** Shows the log. */
  log: CommandLine;
  /** Names of the variables in it. */
  variables: readonly string[];
  /** What the person may want to know, a line each. */
  hints: readonly string[];
}

/** What the bridge is started with. */
export interface UnitPlan {
  /** Program and arguments, the paths absolute. */
  command: CommandLine;
  /** Variables that may be seen by all. */
  variables: Readonly<Record<string, string>>;
  /** Holds further variables, which win; absent where the service manager reads none. */
  environmentFile: string | undefined;
  /** How long it may take to stop. */
  stopSeconds: number;
}

export interface UnitOptions extends UnitPlan {
  /** The home directory. */
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
}
