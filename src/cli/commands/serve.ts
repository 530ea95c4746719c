import { UsageError } from "../../config/usage-error.ts";
import type { Command } from "../command.ts";
import { allOptionFlags } from "../option-flags.ts";
import { serve as runServer } from "../serve.ts";
import { logRefusal } from "../server-log.ts";

export const serve: Command = {
  summary: "Start the server; this is the default command.",
  options: allOptionFlags,
  examples: [
    "aqbridge",
    "aqbridge --demo",
    "aqbridge --port 8080 --dir .",
    "AQBRIDGE_API_KEY=… aqbridge --host 0.0.0.0",
  ],
  async run({ settings }, context) {
    try {
      return await runServer(settings, context);
    } catch (error) {
      if (error instanceof UsageError) logRefusal(error, context);
      throw error;
    }
  },
};
