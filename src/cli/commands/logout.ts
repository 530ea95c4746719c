import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const logout: Command = {
  summary: "Remove aqbridge's own login; those of other programs stay as they are.",
  options: optionFlags("dir", "configFile", "credentialsFile"),
  flags: [],
  examples: ["aqbridge logout"],
  async run({ settings }, context) {
    const { logout: logOut } = await import("../logout.ts");
    return logOut(settings, context);
  },
};
