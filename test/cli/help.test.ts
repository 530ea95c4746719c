import { describe, expect, test } from "bun:test";
import { clientsTable, commandsTable, optionsTable } from "../../scripts/readme/tables.ts";
import { clients } from "../../src/cli/clients.ts";
import { commands } from "../../src/cli/commands.ts";
import { helpText } from "../../src/cli/help.ts";
import { createStyle } from "../../src/cli/style.ts";
import { optionRows } from "../../src/config/options.ts";
import { runLine } from "../support/command-line.ts";

const names = Object.keys(commands);

test("the program's help names every command and every way to give an option", () => {
  const text = helpText(commands);
  for (const name of names) expect(text).toContain(`  ${name} `);
  for (const [, { flag, env = [], keys = [], help }] of optionRows) {
    expect(text).toContain(help);
    if (flag !== undefined) expect(text).toContain(`--${flag}`);
    for (const spelling of [...env, ...keys]) expect(text).toContain(spelling);
  }
});

describe("the help of", () => {
  test.each(names.filter((name) => name !== "help"))(
    "%s has its usage, its summary, its flags and an example, and ends in one line break",
    (name) => {
      const text = helpText(commands, name);
      const { summary, flags = [], argument } = commands[name] ?? { summary: "" };
      expect(text).toStartWith(`Usage: aqbridge ${name} `);
      expect(text).toContain(`\n\n${summary}\n\n`);
      for (const flag of flags) expect(text).toContain(`  --${flag.name}`);
      for (const choice of argument?.choices ?? []) expect(text).toContain(choice);
      expect(text).toMatch(/Examples:\n( {2}.*aqbridge.*\n)+$/);
      expect(text).not.toMatch(/[ \t]$/m);
    },
  );

  test.each(["serve", "config"])("%s, which takes every setting, says where the others are", (name) => {
    expect(helpText(commands, name)).toContain(
      "\n`aqbridge --help` also lists the settings without a flag.\n",
    );
    expect(helpText(commands, "login")).not.toContain("aqbridge --help");
  });

  test("credentials shows its own options and no others", () => {
    expect(helpText(commands, "credentials")).toContain("--output <file>");
    expect(helpText(commands, "credentials")).not.toContain("--demo");
  });
});

test("`help X`, `X --help` and `X -h` say the same", async () => {
  for (const name of names) {
    const { code, out, err } = await runLine(`help ${name}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect((await runLine(`${name} --help`)).out).toBe(out);
    expect((await runLine(`${name} -h`)).out).toBe(out);
  }
});

describe("exit codes", () => {
  test.each(names)("%s --help is 0; %s --nonsense is 2 and one line on stderr", async (name) => {
    expect(await runLine(`${name} --help`)).toMatchObject({ code: 0, err: "" });
    const refused = await runLine(`${name} --nonsense`);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toMatch(/^aqbridge: Unknown option --nonsense.*\n$/);
  });
});

describe("the README's tables", () => {
  const cells = (line: string) => line.split(/ (?<!\\)\| /).length;

  test("have a row of five cells for each option, and one of two for each command", () => {
    const options = optionsTable().split("\n");
    expect(options).toHaveLength(2 + optionRows.length);
    for (const line of options) expect(cells(line)).toBe(5);
    const table = commandsTable(commands).split("\n");
    expect(table).toHaveLength(2 + names.length);
    for (const line of table) expect(cells(line)).toBe(2);
    for (const line of clientsTable(clients).split("\n")) expect(cells(line)).toBe(4);
  });
});

describe("colours", () => {
  const style = (isTerminal: boolean, environment: Record<string, string> = {}) =>
    createStyle(isTerminal, { environment }).bold("x");

  test.each([
    ["on a terminal", style(true), "\x1b[1mx\x1b[22m"],
    ["with an empty NO_COLOR", style(true, { NO_COLOR: "" }), "\x1b[1mx\x1b[22m"],
  ])("are there %s", (_, text, expected) => {
    expect(text).toBe(expected);
  });

  test.each([
    ["in a file or pipe", style(false)],
    ["with NO_COLOR", style(true, { NO_COLOR: "1" })],
    ["on a terminal that has none", style(true, { TERM: "dumb" })],
  ])("are not there %s", (_, text) => {
    expect(text).toBe("x");
  });
});
