import type { Option } from "../config/option.ts";
import { optionRows } from "../config/options.ts";
import { universalFlags } from "./arguments.ts";
import type { Argument, Command, Commands, Flag } from "./command.ts";
import { allOptionFlags } from "./option-flags.ts";
import { plainStyle, type Style } from "./style.ts";

const summary =
  "Amazon Q Developer's Claude models as a local OpenAI and Anthropic API, with your own login.";

/** The help text of one command, or of the program. Ends in a line break. */
export function helpText(commands: Commands, topic?: string, style: Style = plainStyle): string {
  const command = topic === undefined || topic === "help" ? undefined : commands[topic];
  return topic === undefined || !command ? programHelp(commands, style) : commandHelp(topic, command, style);
}

function programHelp(commands: Commands, style: Style): string {
  const { serve } = commands;
  return sections(
    `${style.bold("Usage:")} aqbridge [command] [options]`,
    summary,
    section("Commands", columns(Object.entries(commands).map(([name, row]) => [name, row.summary])), style),
    section("Options", flagLines(serve), style),
    section("Settings without a flag", settingLines(), style),
    "Flags take precedence over environment variables, these over config.json, and config.json over defaults.",
    section("Examples", indented(serve.examples), style),
    "`aqbridge help <command>` explains one command.",
  );
}

function commandHelp(name: string, command: Command, style: Style): string {
  return sections(
    `${style.bold("Usage:")} ${usage(name, command)}`,
    command.summary,
    section("Options", flagLines(command), style),
    command.options === allOptionFlags ? "`aqbridge --help` also lists the settings without a flag." : "",
    section("Examples", indented(command.examples), style),
  );
}

const usage = (name: string, { argument }: Command) =>
  ["aqbridge", name, ...(argument ? [argumentSpelling(argument)] : []), "[options]"].join(" ");

/** An argument as usage lines show it. */
export const argumentSpelling = ({ choices, isOptional }: Argument) =>
  isOptional ? `[${choices.join("|")}]` : choices.join("|");

const sections = (...parts: string[]) => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

const section = (title: string, lines: readonly string[], { bold }: Style) =>
  lines.length === 0 ? "" : [bold(`${title}:`), ...lines].join("\n");

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

const flagLines = ({ flags = [], options = [] }: Command) =>
  columns([
    ...[...flags, ...options].map((flag): Row => [flagSpelling(flag), flagHelp(flag)]),
    ...universalFlags.map((flag): Row => [`-${flag.short}, --${flag.name}`, flag.help]),
  ]);

type Row = readonly [term: string, explanation: string];

/** Two columns; an explanation's further lines stand below its first. */
function columns(rows: readonly Row[]): string[] {
  const width = 2 + Math.max(...rows.map(([term]) => term.length));
  const below = `\n${" ".repeat(width + 2)}`;
  return rows.map(([term, explanation]) => `  ${term.padEnd(width)}${explanation.replaceAll("\n", below)}`);
}

const flagSpelling = ({ name, placeholder }: Flag) =>
  placeholder === undefined ? `--${name}` : `--${name} <${placeholder}>`;

function flagHelp({ name, placeholder, help }: Flag): string {
  const option = optionRows.find(([, { flag }]) => flag === name)?.[1];
  return option && placeholder !== undefined ? `${help}\n${bracket(option)}` : help;
}

const settingLines = () =>
  optionRows
    .filter(([, { flag }]) => flag === undefined)
    .flatMap(([, option]) => [
      `  ${[...variables(option), ...(option.keys ?? [])].join(", ")}`,
      `      ${option.help} [${defaultOf(option)}]`,
    ]);

const bracket = (option: Option) =>
  `[${[defaultOf(option), ...variables(option), ...(option.keys ?? [])].join("; ")}]`;

/** The environment variables that set an option, as a person spells them. */
export const variables = ({ env = [], disabledBy = [] }: Option) => [
  ...disabledBy.map((name) => `${name}=1`),
  ...env,
];

/** An option's default in words. */
export function defaultOf({ default: value, defaultText }: Option): string {
  if (defaultText !== undefined) return defaultText;
  return Array.isArray(value) ? "none" : String(value);
}
