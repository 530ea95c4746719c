import type { Commands, Flag } from "../command.ts";
import { allFlags, flagsOf } from "./flags.ts";

/** Paths are left to PowerShell, which completes them where nothing else is offered. */
export function powershellCompletion(commands: Commands): string {
  const words = Object.entries(commands).map(
    ([name, command]) =>
      `    ${entry(name, [...(command.argument?.choices ?? []), ...flagsOf(command).map(spelled)])}`,
  );
  const first = entry("", [...Object.keys(commands), ...flagsOf(commands.serve).map(spelled)]);
  const values = allFlags(commands)
    .filter(({ placeholder }) => placeholder !== undefined)
    .map((flag) => `    ${entry(spelled(flag), flag.choices ?? [])}`);
  return `# PowerShell completion of aqbridge: aqbridge completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName aqbridge -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
    ${first}
${words.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $before = if ($wordToComplete) { @($given | Select-Object -SkipLast 1) } else { $given }
  $previous = "$($before | Select-Object -Last 1)"
  $command = "$($before | Where-Object { $words.ContainsKey($_) } | Select-Object -First 1)"
  $offered = if ($values.ContainsKey($previous)) { $values[$previous] } else { $words[$command] }
  $offered | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

const spelled = ({ name }: Flag) => `--${name}`;

const entry = (key: string, words: readonly string[]) =>
  `'${key}' = @(${words.map((word) => `'${word}'`).join(", ")})`;
