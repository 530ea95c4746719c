import type { Command } from "../command.ts";
import { helpText } from "../help.ts";

/** `names` are those of all commands, asked for late since this is one of them. */
export const helpCommand = (names: () => readonly string[]): Command => ({
  summary: "Explain a command.",
  argument: {
    name: "command",
    isOptional: true,
    get choices() {
      return names();
    },
  },
  options: [],
  flags: [],
  examples: ["aqbridge help", "aqbridge help credentials"],
  run({ argument }, { commands, stdout, style }) {
    stdout(helpText(commands, argument, style));
    return 0;
  },
});
