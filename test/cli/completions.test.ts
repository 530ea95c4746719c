import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../src/cli/commands.ts";
import { shells } from "../../src/cli/shells.ts";
import { logLevels } from "../../src/log.ts";
import { runLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/program.ts";

const names = Object.keys(commands);
const scriptFor = async (shell: string) => (await runLine(`completions ${shell}`)).out;
const flagsOf = (name: string) =>
  [...(commands[name]?.flags ?? []), ...(commands[name]?.options ?? [])].map((flag) => `--${flag.name}`);

/** What bash offers for a line whose last word is being typed; bash splits words at `=`, and so must the test. */
async function offered(words: readonly string[], cwd = tmpdir()): Promise<string[]> {
  const script = `${await scriptFor("bash")}
COMP_WORDS=(aqbridge "$@"); COMP_CWORD=$#
_aqbridge
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ended = await run(["bash", "-uc", script, "bash", ...words], 5000, {
    cwd,
    environment: { PATH: "/usr/bin:/bin" },
  });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout.split("\n").filter((word) => word !== "");
}

describe("bash offers", () => {
  test("every command and the server's flags at the start", async () => {
    expect(await offered([""])).toEqual([...names, ...flagsOf("serve"), "--help", "--version"]);
  });

  test.each([
    [["comp"], ["completions"]],
    [["service", "un"], ["uninstall"]],
    [
      ["completions", ""],
      ["bash", "zsh", "fish", "powershell", "--help", "--version"],
    ],
    [["--log-level", ""], [...logLevels]],
    [["serve", "--log-level", "w"], ["warn"]],
    [["env", "--shell", ""], [...shells]],
    [["env", "--shell", "=", "fi"], ["fish"]],
    [["env", "--shell", "="], [...shells]],
    [["env", "aider", "--sh"], ["--shell"]],
    [["--port", ""], []],
    [["setup", "claude"], ["claude-code"]],
    [["help", "cred"], ["credentials"]],
    [["nonsense", "nothing"], []],
  ])("for %j: %j", async (words, expected) => {
    expect(await offered(words)).toEqual(expected);
  });

  test("paths where paths are meant", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "my folder"));
    writeFileSync(join(folder, "my file"), "");
    expect(await offered(["--dir", "my"], folder)).toEqual(["my folder"]);
    expect((await offered(["credentials", "--output", "my"], folder)).sort()).toEqual([
      "my file",
      "my folder",
    ]);
  });

  test("itself for the command aqbridge", async () => {
    const { stdout } = await run(["bash", "-c", `${await scriptFor("bash")}\ncomplete -p aqbridge`], 5000);
    expect(stdout).toBe("complete -F _aqbridge aqbridge\n");
  });
});

describe.each(["bash", "zsh", "fish", "powershell"])("the script for %s", (shell) => {
  test("names every command, argument and flag", async () => {
    const script = await scriptFor(shell);
    for (const name of names) {
      expect(script).toContain(name);
      for (const choice of commands[name]?.argument?.choices ?? []) expect(script).toContain(choice);
      for (const flag of flagsOf(name))
        expect(script).toContain(shell === "fish" ? `-l ${flag.slice(2)}` : flag);
    }
  });
});

test("zsh is told of files, folders, choices and switches", async () => {
  const script = await scriptFor("zsh");
  expect(script).toStartWith("#compdef aqbridge\n");
  for (const spec of [
    "'2:action:(install uninstall status)'",
    "'--dir=[One folder for config.json and amazonq_credentials.json.]:folder:_files -/'",
    "'--config=[Configuration file, JSON with comments.]:file:_files'",
    "'--log-level=[What to log to stderr\\: debug, info, warn, error or silent.]:level:(debug info warn error silent)'",
    "'--demo[Answer from a built-in simulator of Amazon Q; needs no login and no network.]'",
    "'--write[Edit the client'\\''s file, after copying it; other settings and comments are kept.]'",
  ]) {
    expect(script).toContain(spec);
  }
});

test("fish is told when each thing may follow", async () => {
  const lines = (await scriptFor("fish")).split("\n");
  const others = names.filter((name) => name !== "serve").join(" ");
  for (const line of [
    "complete -c aqbridge -f",
    "complete -c aqbridge -n '__fish_use_subcommand' -a help -d 'Explain a command.'",
    "complete -c aqbridge -n '__fish_seen_subcommand_from service' -a 'install uninstall status'",
    "complete -c aqbridge -n '__fish_seen_subcommand_from env' -l shell -x -a 'bash zsh fish powershell nushell' -d 'One of bash, zsh, fish, powershell, nushell; by default the one that SHELL names.'",
    `complete -c aqbridge -n 'not __fish_seen_subcommand_from ${others}' -l credentials -r -F -d 'File with the bridge\\'s own login.'`,
  ]) {
    expect(lines).toContain(line);
  }
});

test("a flag is described in one line", async () => {
  const shown = "--json[Print one JSON object for scripts; its members are stable.]";
  expect(await scriptFor("zsh")).toContain(`'${shown}'`);
  for (const line of (await scriptFor("fish")).trim().split("\n")) expect(line).toMatch(/^(#|complete )/);
});

test("PowerShell is given a table of words and one of values", async () => {
  const script = await scriptFor("powershell");
  expect(script).toContain("Register-ArgumentCompleter -Native -CommandName aqbridge -ScriptBlock {\n");
  expect(script).toContain(
    "    'completions' = @('bash', 'zsh', 'fish', 'powershell', '--help', '--version')\n",
  );
  expect(script).toContain("    '--log-level' = @('debug', 'info', 'warn', 'error', 'silent')\n");
});
