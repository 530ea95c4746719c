import type { Command, Commands } from "../command.ts";
import { bashCompletion } from "../completions/bash.ts";
import { fishCompletion } from "../completions/fish.ts";
import { powershellCompletion } from "../completions/powershell.ts";
import { zshCompletion } from "../completions/zsh.ts";

const scripts: Readonly<Record<string, (commands: Commands) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

export const completions: Command = {
  summary: "Print a script that makes a shell complete aqbridge's commands and options.",
  argument: { name: "shell", choices: Object.keys(scripts) },
  examples: [
    'eval "$(aqbridge completions bash)"',
    "aqbridge completions zsh > ~/.zfunc/_aqbridge",
    "aqbridge completions fish > ~/.config/fish/completions/aqbridge.fish",
    "aqbridge completions powershell | Out-String | Invoke-Expression",
  ],
  run({ argument = "" }, { commands, stdout }) {
    stdout(scripts[argument]?.(commands) ?? "");
    return 0;
  },
};
