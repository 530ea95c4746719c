import { describe, expect, test } from "bun:test";
import { parseArguments } from "../../src/cli/arguments.ts";
import { type CommandName, commands } from "../../src/cli/commands.ts";
import { helpText, optionsTable } from "../../src/cli/help.ts";
import { optionRows } from "../../src/config/options.ts";
import { UsageError } from "../../src/config/usage-error.ts";

const words = (line: string) => line.split(" ").filter((word) => word !== "");

describe("a command line means", () => {
  test.each([
    ["", { name: "serve", flags: {} }],
    ["serve", { name: "serve", flags: {} }],
    ["--demo --port 0", { name: "serve", flags: { demo: true, port: "0" } }],
    ["--port=0 serve --host ::1", { name: "serve", flags: { port: "0", host: "::1" } }],
    ["--port 1 --port 2", { name: "serve", flags: { port: "2" } }],
    ["--port -1", { name: "serve", flags: { port: "-1" } }],
    ["--api-key=--strange", { name: "serve", flags: { "api-key": "--strange" } }],
    ["credentials", { name: "credentials", flags: {}, output: undefined }],
    ["credentials --output f --dir .", { name: "credentials", flags: { dir: "." }, output: "f" }],
    ["--dir . credentials", { name: "credentials", flags: { dir: "." }, output: undefined }],
    ["version", { name: "version" }],
    ["--version", { name: "version" }],
    ["-v", { name: "version" }],
    ["help", { name: "help", topic: undefined }],
    ["help credentials", { name: "help", topic: "credentials" }],
    ["--help", { name: "help", topic: undefined }],
    ["credentials -h", { name: "help", topic: "credentials" }],
    ["--nonsense --help", { name: "help", topic: undefined }],
  ])("%s", (line, command) => {
    expect<unknown>(parseArguments(words(line))).toEqual(command);
  });
});

describe("a command line that means nothing is refused in one line", () => {
  test.each([
    ["--prot 1", "Unknown option --prot (did you mean --port?)."],
    ["--no-demo", "Unknown option --no-demo (did you mean --demo?)."],
    ["-x", "Unknown option -x."],
    ["--port", "--port needs a value: --port <number>."],
    ["--port --demo", "--port needs a value: --port <number>."],
    ["--port=", "--port needs a value: --port <number>."],
    ["--demo=yes", "--demo takes no value."],
    ["credentals", "Unknown command credentals (did you mean credentials?); aqbridge --help lists them."],
    ["help serv", "Unknown command serv (did you mean serve?); aqbridge --help lists them."],
    ["help serve more", "Unexpected argument more; aqbridge help takes none."],
    ["serve now", "Unexpected argument now; aqbridge serve takes none."],
    ["credentials --demo", "--demo is not an option of aqbridge credentials."],
    ["--output f", "--output is not an option of aqbridge serve."],
    ["first\nsecond", "Unknown command first second; aqbridge --help lists them."],
    ["constructor", "Unknown command constructor; aqbridge --help lists them."],
  ])("%s", (line, message) => {
    expect(() => parseArguments(words(line))).toThrow(new UsageError(message));
  });
});

describe("the help text", () => {
  const names = Object.keys(commands).filter((name): name is CommandName => name in commands);

  test("of the program names every command and every way to give an option", () => {
    const text = helpText();
    for (const name of names) expect(text).toContain(`  ${name} `);
    for (const [, { flag, env = [], keys = [], help }] of optionRows) {
      expect(text).toContain(help);
      if (flag !== undefined) expect(text).toContain(`--${flag}`);
      for (const spelling of [...env, ...keys]) expect(text).toContain(spelling);
    }
  });

  test.each(names)("of %s ends in one line break and has no line that ends in blanks", (name) => {
    expect(helpText(name)).toMatch(/\S\n$/);
    expect(helpText(name)).not.toMatch(/[ \t]$/m);
  });

  test("of credentials shows its own options and no others", () => {
    expect(helpText("credentials")).toContain("--output <file>");
    expect(helpText("credentials")).not.toContain("--demo");
  });

  test("for the README is a Markdown table with a row of five cells for each option", () => {
    const lines = optionsTable().split("\n");
    expect(lines).toHaveLength(2 + optionRows.length);
    for (const line of lines) expect(line.split(" | ")).toHaveLength(5);
  });
});
