import type { Command } from "../command.ts";
import { credentialsCommand } from "../credentials.ts";
import { cliDatabaseOf } from "../login-places.ts";
import { optionFlags } from "../option-flags.ts";

export const credentials: Command = {
  summary: "Print the Amazon Q CLI's login as amazonq_credentials.json, or write it to a file.",
  options: optionFlags("dir", "configFile"),
  flags: [
    {
      name: "output",
      placeholder: "file",
      help: "Write to this file, readable by you alone, not to stdout.",
    },
  ],
  examples: ["aqbridge credentials", "aqbridge credentials --output amazonq_credentials.json"],
  run({ flags: { output }, settings }, context) {
    const { config } = context.load(settings);
    const database = cliDatabaseOf(config, context.surroundings);
    return credentialsCommand({ ...context, database, ...(typeof output === "string" && { output }) });
  },
};
