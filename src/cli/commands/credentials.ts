import { cliDatabasePath } from "../../auth/locations.ts";
import type { Command } from "../command.ts";
import { credentialsCommand } from "../credentials.ts";
import { optionFlags } from "../option-flags.ts";

export const credentials: Command = {
  summary: "Print the Amazon Q CLI's login as amazonq_credentials.json, or write it to a file.",
  options: optionFlags("dir", "configFile", "logLevel"),
  flags: [
    {
      name: "output",
      placeholder: "file",
      help: "Write to this file, readable by you alone, not to stdout.",
    },
  ],
  examples: ["aqbridge credentials", "aqbridge credentials --output amazonq_credentials.json"],
  run({ flags: { output }, settings }, { load, surroundings, stdout, stderr, clock }) {
    const { config } = load(settings);
    const database = config.cliDatabase ?? cliDatabasePath(surroundings);
    return credentialsCommand({
      database,
      ...(typeof output === "string" && { output }),
      stdout,
      stderr,
      clock,
    });
  },
};
