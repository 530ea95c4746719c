import type { Command } from "../command.ts";
import { helpText } from "../help.ts";

/** `names` gives those of all commands, late because this is one of them. */
export const helpCommand = (names: () => readonly string[]): Command => ({
  summary: "Explain a command.",
  argument: {
    name: "command",
    isOptional: true,
    get choices() {
      return names();
    },
  },
  examples: ["aqbridge help", "aqbridge help credentials"],
  run({ argument }, { commands, stdout, style }) {
    stdout(helpText(commands, argument, style));
    return 0;
  },
});
