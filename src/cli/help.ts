import type { Option } from "../config/option.ts";
import { optionRows } from "../config/options.ts";
import { type CommandName, commands, type Flag, flagsOf, universalFlags } from "./commands.ts";

const summary =
  "Amazon Q Developer's Claude models as a local OpenAI and Anthropic API, with your own login.";

/** The help text of one command, or of the program. Ends in a line break. */
export function helpText(topic?: CommandName): string {
  return topic === undefined || topic === "help" ? programHelp() : commandHelp(topic);
}

function programHelp(): string {
  return sections(
    "Usage: aqbridge [command] [options]",
    summary,
    section("Commands", columns(Object.entries(commands).map(([name, row]) => [name, row.summary]))),
    section("Options", flagLines("serve")),
    section("Settings without a flag", settingLines()),
    "Flags win over variables, these over config.json, and that over defaults.",
    section(
      "Examples",
      commands.serve.examples.map((line) => `  ${line}`),
    ),
  );
}

function commandHelp(name: CommandName): string {
  return sections(
    `Usage: aqbridge ${name} [options]`,
    commands[name].summary,
    section("Options", flagLines(name)),
    section(
      "Examples",
      commands[name].examples.map((line) => `  ${line}`),
    ),
  );
}

const sections = (...parts: string[]) => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? "" : [`${title}:`, ...lines].join("\n");

const flagLines = (name: CommandName) =>
  columns([
    ...flagsOf(name).map((flag): Row => [flagSpelling(flag), flagHelp(flag)]),
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

const variables = ({ env = [], disabledBy = [] }: Option) => [
  ...disabledBy.map((name) => `${name}=1`),
  ...env,
];

function defaultOf({ default: value, defaultText }: Option): string {
  if (defaultText !== undefined) return defaultText;
  return Array.isArray(value) ? "none" : String(value);
}

/** The README's table of options, in Markdown as the formatter wants it. */
export function optionsTable(): string {
  const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join("<br>");
  const head = ["What", "Flag", "Variable", "config.json", "Default"];
  const rows = optionRows.map(([, option]) => [
    option.help,
    code(option.flag === undefined ? [] : [`--${option.flag}`]),
    code(variables(option)),
    code(option.keys ?? []),
    option.defaultText ?? code([defaultOf(option)]),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  return [head, widths.map((width) => "-".repeat(width)), ...rows]
    .map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`)
    .join("\n");
}
