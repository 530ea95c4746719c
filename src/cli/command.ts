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
  /** One letter. */
  short?: string;
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
  /** What to say of a word that is known but not one of the choices. */
  elsewhere?(word: string): string | undefined;
}

/** What follows a command's name, already checked. */
export interface Invocation {
  argument: string | undefined;
  /** Values of the command's own flags. */
  flags: Flags;
  /** Values of the configuration's flags, for `World.load`. */
  settings: Flags;
}

export interface Command {
  summary: string;
  argument?: Argument;
  /** The flags of configuration options that matter to the command. */
  options?: readonly Flag[];
  flags?: readonly Flag[];
  examples: readonly string[];
  /** Gives the exit code; throws a UsageError for a request that makes no sense. */
  run(invocation: Invocation, context: Context): number | Promise<number>;
}

export type Commands = Readonly<Record<string, Command>> & { readonly serve: Command };

/** A program that has ended. */
export interface Ended {
  code: number;
  stdout: string;
}

/** Everything that a command knows of the world. */
export interface Context extends World {
  /** Prints a sentence on stderr. */
  warn: (sentence: string) => void;
  /** Prints why the command failed; gives the exit code for that. */
  fail: (sentence: string) => 1;
}

/** What the process provides. */
export interface World {
  commands: Commands;
  surroundings: Surroundings;
  /** The configuration made of these flags, the environment (this process's unless given) and config.json; throws a UsageError. */
  load(settings: Flags, environment?: Surroundings["environment"]): LoadedConfig;
  clock: Clock;
  newId: () => string;
  /** Throws the file system's error, which `runCommandLine` turns into an exit code. */
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Knows what must not be shown; more is learned along the way. */
  secrets: Secrets;
  /** For what goes to stdout. */
  style: Style;
  /** Width of the terminal that stdout is; absent when it is none. */
  columns?: number;
  /** The command line that starts this program, without arguments. */
  program: readonly string[];
  /** Runs another program to its end; its stderr is passed on. */
  execute: (command: readonly string[]) => Promise<Ended>;
  /** Starts another program, silent and detached; ignores a failure to start. */
  launch: (command: readonly string[]) => void;
  /** Resolves when the process is asked to stop. */
  stopped: () => Promise<void>;
  /** Calls back whenever the process is asked to reload its configuration. */
  onReload: (callback: () => void) => void;
  host: Host;
}
