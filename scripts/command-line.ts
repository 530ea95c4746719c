import { type ParseArgsConfig, parseArgs } from "node:util";

type Described = NonNullable<ParseArgsConfig["options"]>[string] & {
  help: string;
  /** Stands for the value in the help text. */
  placeholder?: string;
  /** The values there are, where not any will do. */
  choices?: readonly string[];
};

type Options = Readonly<Record<string, Described>>;

/** A script as its `--help` describes it. */
interface Script<O extends Options> {
  /** What starts it. */
  command: string;
  summary: string;
  options: O;
}

type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** The options given to this process; ends the process for `--help`, and with a message for anything unknown. */
export function commandLine<O extends Options>(script: Script<O>): Values<O> {
  const read = readCommandLine(script, process.argv.slice(2));
  if ("values" in read) return read.values;
  if ("help" in read) {
    process.stdout.write(read.help);
    process.exit(0);
  }
  process.stderr.write(`${script.command}: ${read.fault}\n`);
  process.exit(2);
}

export function readCommandLine<O extends Options>(
  script: Script<O>,
  args: readonly string[],
): { values: Values<O> } | { help: string } | { fault: string } {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return { help: helpText(script) };
  try {
    const { values } = parseArgs({ args: [...args], options: script.options });
    const fault = Object.entries(script.options)
      .map(([name, option]) => unknownChoice(name, option, Reflect.get(values, name)))
      .find((found) => found !== undefined);
    return fault === undefined ? { values } : { fault };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function unknownChoice(name: string, { choices }: Described, given: unknown): string | undefined {
  const values = given === undefined ? [] : [given].flat();
  const unknown = values.find((value) => choices?.every((choice) => choice !== value));
  return unknown === undefined
    ? undefined
    : `--${name} must be one of ${choices?.join(", ")}, not ${unknown}.`;
}

function helpText({ command, summary, options }: Script<Options>): string {
  const rows = [
    ...Object.entries(options).map(
      ([name, option]) => [spelling(name, option), explanation(option)] as const,
    ),
    ["-h, --help", "Print this text."] as const,
  ];
  const width = 2 + Math.max(...rows.map(([term]) => term.length));
  const lines = rows.map(([term, help]) => `  ${term.padEnd(width)}${help}\n`);
  return `Usage: ${command} [options]\n\n${summary}\n\nOptions:\n${lines.join("")}`;
}

const spelling = (name: string, { type, placeholder = "value" }: Described) =>
  type === "string" ? `--${name} <${placeholder}>` : `--${name}`;

const explanation = ({ help, choices, multiple }: Described) =>
  [help, choices && `One of ${choices.join(", ")}.`, multiple && "May be repeated."]
    .filter((sentence) => sentence)
    .join(" ");
