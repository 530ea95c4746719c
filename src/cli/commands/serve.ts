import type { Command } from "../command.ts";
import { allOptionFlags } from "../option-flags.ts";
import { serve as runServer } from "../serve.ts";

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
  run({ settings }, { load, surroundings, clock, newId, secrets, stdout, stderr, stopped, onReload, host }) {
    return runServer({
      ...load(settings),
      surroundings,
      clock,
      newId,
      secrets,
      stdout,
      stderr,
      stopped: stopped(),
      onReload,
      reload: () => load(settings),
      host,
    });
  },
};
