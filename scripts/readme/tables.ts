import type { Client } from "../../src/cli/clients/client.ts";
import type { Commands } from "../../src/cli/command.ts";
import { argumentSpelling, defaultOf, variables } from "../../src/cli/help.ts";
import { optionRows } from "../../src/config/options.ts";
import type { FieldTable } from "../../src/protocols/fields.ts";

const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join("<br>");

/** Marks what a running server takes up when config.json has changed. */
const reloaded = " ↻";

export const optionsTable = (): string =>
  markdownTable([
    ["What", "Flag", "Variable", "config.json", "Default"],
    ...optionRows.map(([, option]) => [
      option.help,
      code(option.flag === undefined ? [] : [`--${option.flag}`]),
      code(variables(option)),
      `${code(option.keys ?? [])}${option.isReloadable ? reloaded : ""}`,
      option.defaultText ?? code([defaultOf(option)]),
    ]),
  ]);

/** Choices that fit on a line; `setup`'s and `env`'s have a table of their own. */
const maxChoices = 5;

export const commandsTable = (commands: Commands): string =>
  markdownTable([
    ["command", "what it does"],
    ...Object.entries(commands).map(([name, { summary, argument }]) => {
      if (!argument) return [code([name]), summary];
      const isLong = argument.choices.length > maxChoices;
      const word = isLong ? { ...argument, choices: [argument.name.toUpperCase()] } : argument;
      return [code([`${name} ${argumentSpelling(word)}`.replaceAll("|", "\\|")]), summary];
    }),
  ]);

export const clientsTable = (clients: Readonly<Record<string, Client>>): string =>
  markdownTable([
    ["client", "`aqbridge env`", "`aqbridge setup`", "file that `--write` edits"],
    ...Object.entries(clients).map(([name, { title, variables, file }]) => [
      title,
      variables ? code([name]) : "",
      code([name]),
      code([file?.path({ home: "~", environment: {}, platform: "linux" }) ?? []].flat()),
    ]),
  ]);

export const fieldsTable = (table: FieldTable): string =>
  markdownTable([
    ["field", "is", "because"],
    ...Object.entries(table).map(([name, { fate, because }]) => [code([name]), fate, because]),
  ]);

/** A Markdown table, its first row the head, aligned as the formatter wants it. */
function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
