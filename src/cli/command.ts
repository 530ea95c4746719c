import type { Surroundings } from "../base-folder.ts";
import type { Clock } from "../clock.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Host } from "../process/host.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { Style } from "./style.ts";

/** Values by flag, without dashes; `true` for a flag that takes none. */
export type Flags = Readonly<Record<string, string | true>>;

export interface Flag {
  name: string;
  /** Stands for the value; absent when the flag takes none. `file` and `folder` are completed as paths. */
  placeholder?: string;
  /** The values to choose from, where there are few. */
  choices?: readonly string[];
  /** Its first line is a sentence that can stand alone. */
  help: string;
}

/** The word that may follow a command's name. */
export interface Argument {
  name: string;
  choices: readonly string[];
  isOptional?: true;
  /** What to say of a word that is none of the choices but known all the same. */
  elsewhere?(word: string): string | undefined;
}

/** What stands behind a command's name, already checked. */
export interface Invocation {
  argument: string | undefined;
  /** Values of the command's own flags. */
  flags: Flags;
  /** Values of the configuration's flags, for `Context.load`. */
  settings: Flags;
}

export interface Command {
  summary: string;
  argument?: Argument;
  /** Options of the configuration that matter to the command. */
  options: readonly Flag[];
  flags: readonly Flag[];
  examples: readonly string[];
  /** Gives the exit code; throws a UsageError when the person asked for something that cannot be meant. */
  run(invocation: Invocation, context: Context): number | Promise<number>;
}

export type Commands = Readonly<Record<string, Command>>;

/** A program that has ended. */
export interface Ended {
  code: number;
  stdout: string;
}

/** All that a command knows of the world. */
export interface Context extends World {
  /** Tells the person a sentence on stderr. */
  warn: (sentence: string) => void;
  /** Tells why nothing came of it; gives the exit code for that. */
  fail: (sentence: string) => 1;
}

/** What the process gives. */
export interface World {
  commands: Commands;
  surroundings: Surroundings;
  /** The configuration that these flags, the variables (this process's, or others) and config.json make; throws a UsageError. */
  load(settings: Flags, environment?: Surroundings["environment"]): LoadedConfig;
  clock: Clock;
  newId: () => string;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** What must not be seen; learns as the process goes. */
  secrets: Secrets;
  /** For what goes to stdout. */
  style: Style;
  /** Characters in a line of the terminal that stdout is; absent when it is none. */
  columns?: number;
  /** The command line that starts this program, without arguments. */
  program: readonly string[];
  /** Runs another program to its end; its stderr is passed on. */
  execute: (command: readonly string[]) => Promise<Ended>;
  /** Starts another program, silent and left to itself; that it cannot be started is no failure. */
  launch?: (command: readonly string[]) => void;
  /** Resolves when the process is asked to stop. */
  stopped: () => Promise<void>;
  /** Calls back whenever the process is asked to take up a changed configuration; absent where nobody can ask. */
  onReload?: (callback: () => void) => void;
  host: Host;
}
