import type { Command } from "../command.ts";
import { logout as logOut } from "../logout.ts";
import { optionFlags } from "../option-flags.ts";

export const logout: Command = {
  summary: "Remove aqbridge's own login; those of other programs stay as they are.",
  options: optionFlags("dir", "configFile", "credentialsFile"),
  flags: [],
  examples: ["aqbridge logout"],
  run: ({ settings }, context) => logOut(settings, context),
};
