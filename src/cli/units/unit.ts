type CommandLine = readonly string[];

/** A file that makes the system's service manager run the bridge, and what it is told about it. */
export interface Unit {
  path: string;
  text: string;
  /** What enabling it leaves besides. */
  links: readonly string[];
  start: readonly CommandLine[];
  /** Works with the file and without it. */
  stop: readonly CommandLine[];
  /** When the file is gone. */
  forget: readonly CommandLine[];
  /** Ends with 0 while the bridge runs. */
  query: CommandLine;
  /** What the person may want to know, a line each. */
  hints: readonly string[];
}

export interface UnitOptions {
  /** The home directory. */
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Program and arguments, the paths absolute. */
  command: CommandLine;
  /** Folder of config.json. */
  configFolder: string;
  /** How long running answers may take to end. */
  drainSeconds: number;
}
