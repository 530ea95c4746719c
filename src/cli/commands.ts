import { optionRows } from "../config/options.ts";
import { boolean } from "../config/value-types.ts";

/** Values by flag, without dashes; `true` for a flag that takes none. */
export type Flags = Readonly<Record<string, string | true>>;

/** What the person asked for. `flags` are options for `loadConfig`. */
export type Command =
  | { name: "serve"; flags: Flags }
  | { name: "credentials"; flags: Flags; output: string | undefined }
  | { name: "version" }
  | { name: "help"; topic: CommandName | undefined };

export type CommandName = Command["name"];

export interface Flag {
  name: string;
  /** Stands for the value; absent when the flag takes none. */
  placeholder?: string;
  help: string;
}

interface CommandRow {
  summary: string;
  /** Whether another command's name may follow. */
  takesTopic?: true;
  /** Options of the configuration that matter to the command. */
  options: readonly Flag[];
  flags: readonly Flag[];
  examples: readonly string[];
  command(flags: Flags, topic: CommandName | undefined): Command;
}

const allOptions: readonly Flag[] = optionRows.flatMap(([, { flag, type, help }]) => {
  if (flag === undefined) return [];
  return [type === boolean ? { name: flag, help } : { name: flag, placeholder: type.placeholder, help }];
});

const optionFlags = (...names: string[]) => allOptions.filter(({ name }) => names.includes(name));

export const commands: Readonly<Record<CommandName, CommandRow>> = {
  serve: {
    summary: "Start the server; this is what happens without a command.",
    options: allOptions,
    flags: [],
    examples: [
      "aqbridge",
      "aqbridge --demo",
      "aqbridge --port 8080 --dir .",
      "AQBRIDGE_API_KEY=… aqbridge --host 0.0.0.0",
    ],
    command: (flags) => ({ name: "serve", flags }),
  },
  credentials: {
    summary: "Print the Amazon Q CLI's login as amazonq_credentials.json, or write it to a file.",
    options: optionFlags("dir", "config", "log-level"),
    flags: [
      {
        name: "output",
        placeholder: "file",
        help: "Write to this file, readable by you alone, not to stdout.",
      },
    ],
    examples: ["aqbridge credentials", "aqbridge credentials --output amazonq_credentials.json"],
    command: ({ output, ...flags }) => ({
      name: "credentials",
      flags,
      output: typeof output === "string" ? output : undefined,
    }),
  },
  version: {
    summary: "Print the version.",
    options: [],
    flags: [],
    examples: [],
    command: () => ({ name: "version" }),
  },
  help: {
    summary: "Explain a command.",
    takesTopic: true,
    options: [],
    flags: [],
    examples: ["aqbridge help credentials"],
    command: (_, topic) => ({ name: "help", topic }),
  },
};

/** Flags that stand for a command, wherever they are given. */
export const universalFlags: readonly (Flag & { short: string })[] = [
  { name: "help", short: "h", help: "Print this text." },
  { name: "version", short: "v", help: "Print the version." },
];

export const flagsOf = (name: CommandName): readonly Flag[] => [
  ...commands[name].flags,
  ...commands[name].options,
];
