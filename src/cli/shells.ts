import type { Surroundings } from "../base-folder.ts";

export const shells = ["bash", "zsh", "fish", "powershell", "nushell"] as const;
export type Shell = (typeof shells)[number];

type ByShell<F> = Readonly<Record<Shell, F>>;

const posixQuoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

/** A value in quotes that keep the shell from interpreting it. */
export const quoted: ByShell<(value: string) => string> = {
  bash: posixQuoted,
  zsh: posixQuoted,
  fish: (value) => `'${value.replace(/[\\']/g, "\\$&")}'`,
  // PowerShell also takes typographic quotes for quotes.
  powershell: (value) => `'${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`,
  nushell: (value) => JSON.stringify(value),
};

type Export = (variables: Readonly<Record<string, string>>) => string;

const inLines =
  (line: (name: string, value: string) => string): Export =>
  (variables) =>
    Object.entries(variables)
      .map(([name, value]) => line(name, value))
      .join("\n");

const posixExported = inLines((name, value) => `export ${name}=${posixQuoted(value)}`);

/** Code that sets environment variables. Nushell evaluates no generated code, so it gets a record. */
export const exported: ByShell<Export> = {
  bash: posixExported,
  zsh: posixExported,
  fish: inLines((name, value) => `set -gx ${name} ${quoted.fish(value)}`),
  powershell: inLines((name, value) => `$env:${name} = ${quoted.powershell(value)}`),
  nushell: (variables) => JSON.stringify(variables, null, 2),
};

const posixSourced = (command: string) => `eval "$(${command})"`;

/** The line that sets the variables which a command prints. */
export const sourced: ByShell<(command: string) => string> = {
  bash: posixSourced,
  zsh: posixSourced,
  fish: (command) => `${command} | source`,
  powershell: (command) => `${command} | Out-String | Invoke-Expression`,
  nushell: (command) => `${command} | from json | load-env`,
};

const shellNames: ReadonlyMap<string, Shell> = new Map([
  ...shells.map((shell) => [shell, shell] as const),
  ["pwsh", "powershell"],
  ["nu", "nushell"],
]);

/** The user's login shell by the environment, else the platform's usual one. */
export function loginShell({ environment, platform }: Surroundings): Shell {
  const named = environment["SHELL"]
    ?.split("/")
    .at(-1)
    ?.replace(/\.exe$/, "");
  return shellNames.get(named ?? "") ?? (platform === "win32" ? "powershell" : "bash");
}
