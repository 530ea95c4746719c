import { describe, expect, test } from "bun:test";
import { parseArguments } from "../../src/cli/arguments.ts";
import type { Flags } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { UsageError } from "../../src/config/usage-error.ts";

const words = (line: string) => line.split(" ").filter((word) => word !== "");

interface Expected {
  name: string;
  argument?: string;
  flags?: Flags;
  settings?: Flags;
}

describe("a command line means", () => {
  const cases: [line: string, meaning: Expected][] = [
    ["", { name: "serve" }],
    ["serve", { name: "serve" }],
    ["--demo --port 0", { name: "serve", settings: { demo: true, port: "0" } }],
    ["--port=0 serve --host ::1", { name: "serve", settings: { port: "0", host: "::1" } }],
    ["--port 1 --port 2", { name: "serve", settings: { port: "2" } }],
    ["--port -1", { name: "serve", settings: { port: "-1" } }],
    ["--api-key=--strange", { name: "serve", settings: { "api-key": "--strange" } }],
    ["credentials", { name: "credentials" }],
    [
      "credentials --output f --dir .",
      { name: "credentials", flags: { output: "f" }, settings: { dir: "." } },
    ],
    ["--dir . credentials", { name: "credentials", settings: { dir: "." } }],
    ["env", { name: "env" }],
    ["env --shell fish aider", { name: "env", argument: "aider", flags: { shell: "fish" } }],
    ["service install --now", { name: "service", argument: "install", flags: { now: true } }],
    ["version", { name: "version" }],
    ["--version", { name: "version" }],
    ["-v", { name: "version" }],
    ["help", { name: "help" }],
    ["help credentials", { name: "help", argument: "credentials" }],
    ["help help", { name: "help", argument: "help" }],
    ["--help", { name: "help" }],
    ["credentials -h", { name: "help", argument: "credentials" }],
    ["service --help", { name: "help", argument: "service" }],
    ["--nonsense --help", { name: "help" }],
  ];
  test.each(cases)("%s", (line, { name, argument, flags = {}, settings = {} }) => {
    expect(parseArguments(words(line), commands)).toEqual({
      name,
      invocation: { argument, flags, settings },
    });
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
    ["credentals", "Unknown command credentals (did you mean credentials?); see aqbridge --help."],
    ["serve now", "Unexpected argument now to aqbridge serve."],
    ["help serve more", "Unexpected argument more to aqbridge help."],
    ["credentials --demo", "--demo is not an option of aqbridge credentials."],
    ["--output f", "--output is not an option of aqbridge serve."],
    ["first\nsecond", "Unknown command first second; see aqbridge --help."],
    ["constructor", "Unknown command constructor; see aqbridge --help."],
    ["completions", "aqbridge completions needs a shell: bash, zsh, fish, powershell."],
    ["service", "aqbridge service needs an action: install, uninstall, status."],
    ["env codex", "Codex cannot be set up by variables; see aqbridge setup codex."],
    ["completions bsh", "Unknown shell bsh (did you mean bash?); choose from bash, zsh, fish, powershell."],
    ["env --shell=cmd", "--shell must be one of bash, zsh, fish, powershell, nushell, not cmd."],
  ])("%s", (line, message) => {
    expect(() => parseArguments(words(line), commands)).toThrow(new UsageError(message));
  });

  test("help of an unknown command", () => {
    expect(() => parseArguments(["help", "serv"], commands)).toThrow(
      /^Unknown command serv \(did you mean serve\?\); choose from serve, /,
    );
  });
});
