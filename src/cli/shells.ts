import type { Surroundings } from "../config/folders.ts";

export const shells = ["bash", "zsh", "fish", "powershell", "nushell"] as const;
export type Shell = (typeof shells)[number];

type ByShell<F> = Readonly<Record<Shell, F>>;

const posixQuoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

/** A value in quotes, so that the shell reads nothing into it. */
export const quoted: ByShell<(value: string) => string> = {
  bash: posixQuoted,
  zsh: posixQuoted,
  fish: (value) => `'${value.replace(/[\\']/g, "\\$&")}'`,
  // PowerShell takes typographic quotes for quotes, too.
  powershell: (value) => `'${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`,
  nushell: (value) => JSON.stringify(value),
};

const posixExport = (name: string, value: string) => `export ${name}=${posixQuoted(value)}`;

/** The line that sets an environment variable. */
export const exportLine: ByShell<(name: string, value: string) => string> = {
  bash: posixExport,
  zsh: posixExport,
  fish: (name, value) => `set -gx ${name} ${quoted.fish(value)}`,
  powershell: (name, value) => `$env:${name} = ${quoted.powershell(value)}`,
  nushell: (name, value) => `$env.${name} = ${quoted.nushell(value)}`,
};

const posixSourced = (command: string) => `eval "$(${command})"`;

/** The line that has the shell do what a command prints. */
export const sourced: ByShell<(command: string) => string> = {
  bash: posixSourced,
  zsh: posixSourced,
  fish: (command) => `${command} | source`,
  powershell: (command) => `${command} | Out-String | Invoke-Expression`,
  nushell: (command) => `${command} | save --force aqbridge.nu; source aqbridge.nu`,
};

const shellNames: ReadonlyMap<string, Shell> = new Map([
  ...shells.map((shell) => [shell, shell] as const),
  ["pwsh", "powershell"],
  ["nu", "nushell"],
]);

/** The user's login shell as far as the environment tells, else what the platform comes with. */
export function loginShell({ environment, platform }: Surroundings): Shell {
  const named = environment["SHELL"]
    ?.split("/")
    .at(-1)
    ?.replace(/\.exe$/, "");
  return shellNames.get(named ?? "") ?? (platform === "win32" ? "powershell" : "bash");
}
