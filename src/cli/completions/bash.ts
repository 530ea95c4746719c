import type { Commands, Flag } from "../command.ts";
import { allFlags, flagsOf, isPath } from "./flags.ts";

/** Also runs in bash 3.2, which macOS has. */
export function bashCompletion(commands: Commands): string {
  const names = Object.keys(commands).join("|");
  return `# bash completion of aqbridge: eval "$(aqbridge completions bash)"
_aqbridge() {
  local IFS=$' \\t\\n' i command= words=
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  # bash splits --flag=value into three words.
  if [[ $word == = ]]; then word=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in ${names}) command=\${COMP_WORDS[i]}; break ;; esac
  done
  COMPREPLY=()
  case $previous in
${allFlags(commands).flatMap(valueCase).join("\n")}
  esac
  case $command in
${Object.entries(commands)
  .map(([name, command]) => `    ${name}) words="${wordsOf(command.argument?.choices, flagsOf(command))}" ;;`)
  .join("\n")}
    *) words="${wordsOf(Object.keys(commands), flagsOf(commands.serve))}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _aqbridge aqbridge
`;
}

const wordsOf = (words: readonly string[] = [], flags: readonly Flag[]) =>
  [...words, ...flags.map(({ name }) => `--${name}`)].join(" ");

function valueCase(flag: Flag): string[] {
  if (flag.placeholder === undefined) return [];
  if (isPath(flag)) {
    const kind = flag.placeholder === "folder" ? "-d" : "-f";
    return [
      `    --${flag.name}) compopt -o filenames 2> /dev/null; IFS=$'\\n'; COMPREPLY=($(compgen ${kind} -- "$word")); return ;;`,
    ];
  }
  const values = (flag.choices ?? []).join(" ");
  return [`    --${flag.name}) COMPREPLY=($(compgen -W "${values}" -- "$word")); return ;;`];
}
