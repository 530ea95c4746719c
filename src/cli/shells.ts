import type { Surroundings } from "../config/folders.ts";

export const shells = ["bash", "zsh", "fish", "powershell", "nushell"] as const;
export type Shell = (typeof shells)[number];

const posixExport = (name: string, value: string) => `export ${name}='${value.replaceAll("'", "'\\''")}'`;

/** The line that sets an environment variable, quoted so that the shell reads nothing into the value. */
export const exportLine: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  bash: posixExport,
  zsh: posixExport,
  fish: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, "\\$&")}'`,
  // PowerShell takes typographic quotes for quotes, too.
  powershell: (name, value) => `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`,
  nushell: (name, value) => `$env.${name} = ${JSON.stringify(value)}`,
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
