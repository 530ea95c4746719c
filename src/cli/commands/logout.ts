import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const logout: Command = {
  summary: "Remove aqbridge's own login; other programs' logins are left alone.",
  options: optionFlags("dir", "configFile", "credentialsFile"),
  examples: ["aqbridge logout"],
  async run({ settings }, context) {
    const { logout: logOut } = await import("../logout.ts");
    return logOut(settings, context);
  },
};
