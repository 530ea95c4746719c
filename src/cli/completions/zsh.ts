import type { Command, Commands, Flag } from "../command.ts";
import { quoted as quotedBy } from "../shells.ts";
import { flagsOf, shortHelp } from "./flags.ts";

const quoted = quotedBy.zsh;

/** Works as a file `_aqbridge` in `fpath` and in `eval`. */
export function zshCompletion(commands: Commands): string {
  const names = Object.keys(commands).join("|");
  const described = Object.entries(commands).map(
    ([name, { summary }]) => `${name}\\:${JSON.stringify(summary.replaceAll(":", ","))}`,
  );
  return `#compdef aqbridge
_aqbridge() {
  case \${words[(r)(${names})]} in
${Object.entries(commands)
  .map(([name, command]) => `    ${name}) _arguments ${specs("'1:command:'", command)} ;;`)
  .join("\n")}
    *) _arguments ${quoted(`1:command:((${described.join(" ")}))`)} ${flagSpecs(commands.serve)} ;;
  esac
}
if [[ \${funcstack[1]} == _aqbridge ]]; then _aqbridge "$@"; else compdef _aqbridge aqbridge; fi
`;
}

const specs = (first: string, command: Command) =>
  [first, ...argumentSpec(command), flagSpecs(command)].join(" ");

const argumentSpec = ({ argument }: Command) =>
  argument ? [quoted(`2:${argument.name}:(${argument.choices.join(" ")})`)] : [];

const flagSpecs = (command: Command) => flagsOf(command).map(flagSpec).join(" ");

function flagSpec(flag: Flag): string {
  const help = shortHelp(flag).replace(/[[\]\\:]/g, "\\$&");
  if (flag.placeholder === undefined) return quoted(`--${flag.name}[${help}]`);
  return quoted(`--${flag.name}=[${help}]:${flag.placeholder.replaceAll(":", "\\:")}:${action(flag)}`);
}

function action({ placeholder, choices }: Flag): string {
  if (placeholder === "file") return "_files";
  if (placeholder === "folder") return "_files -/";
  return choices ? `(${choices.join(" ")})` : "";
}
