import type { Commands, Flag } from "../command.ts";
import { quoted as quotedBy } from "../shells.ts";
import { flagsOf, isPath, shortHelp } from "./flags.ts";

const quoted = quotedBy.fish;

export function fishCompletion(commands: Commands): string {
  const names = Object.keys(commands);
  const lines = Object.entries(commands).flatMap(([name, command]) => {
    // Without a command it is serve.
    const others = names.filter((other) => other !== "serve").join(" ");
    const after = name === "serve" ? `not ${seen(others)}` : seen(name);
    return [
      line("__fish_use_subcommand", `-a ${name} -d ${quoted(command.summary)}`),
      ...(command.argument ? [line(after, `-a ${quoted(command.argument.choices.join(" "))}`)] : []),
      ...flagsOf(command).map((flag) => line(after, flagOptions(flag))),
    ];
  });
  return `# fish completion of aqbridge: aqbridge completions fish | source\ncomplete -c aqbridge -f\n${lines.join("\n")}\n`;
}

const seen = (names: string) => `__fish_seen_subcommand_from ${names}`;

const line = (condition: string, rest: string) => `complete -c aqbridge -n ${quoted(condition)} ${rest}`;

function flagOptions(flag: Flag): string {
  return [`-l ${flag.name}`, ...valueOptions(flag), `-d ${quoted(shortHelp(flag))}`].join(" ");
}

function valueOptions(flag: Flag): string[] {
  if (flag.placeholder === undefined) return [];
  if (isPath(flag)) return ["-r -F"];
  return flag.choices ? [`-x -a ${quoted(flag.choices.join(" "))}`] : ["-x"];
}
