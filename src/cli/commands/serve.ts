import { UsageError } from "../../config/usage-error.ts";
import type { Command, Context, Invocation } from "../command.ts";
import { allOptionFlags } from "../option-flags.ts";
import { serve as runServer } from "../serve.ts";
import { logRefusal } from "../server-log.ts";

export const serve: Command = {
  summary: "Start the server; this is what happens without a command.",
  options: allOptionFlags,
  flags: [],
  examples: [
    "aqbridge",
    "aqbridge --demo",
    "aqbridge --port 8080 --dir .",
    "AQBRIDGE_API_KEY=… aqbridge --host 0.0.0.0",
  ],
  async run(invocation, context) {
    try {
      return await start(invocation, context);
    } catch (error) {
      if (error instanceof UsageError) logRefusal(error, context);
      throw error;
    }
  },
};

const start = (
  { settings }: Invocation,
  { load, surroundings, clock, newId, secrets, stdout, stderr, fail, stopped, onReload, host }: Context,
): Promise<number> =>
  runServer({
    ...load(settings),
    surroundings,
    clock,
    newId,
    secrets,
    stdout,
    stderr,
    fail,
    stopped: stopped(),
    onReload,
    reload: () => load(settings),
    host,
  });
