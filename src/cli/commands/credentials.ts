import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const credentials: Command = {
  summary: "Print the Amazon Q CLI's login as amazonq_credentials.json, or write it to a file.",
  options: optionFlags("dir", "configFile"),
  flags: [
    {
      name: "output",
      placeholder: "file",
      help: "Write to this file, readable only by you, instead of stdout.",
    },
  ],
  examples: ["aqbridge credentials", "aqbridge credentials --output amazonq_credentials.json"],
  async run({ flags: { output }, settings }, context) {
    const { credentials: give } = await import("../credentials.ts");
    return give(typeof output === "string" ? output : undefined, settings, context);
  },
};
