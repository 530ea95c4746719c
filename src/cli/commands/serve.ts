import type { LogLevel } from "../../log.ts";
import type { Command } from "../command.ts";
import { allOptionFlags } from "../option-flags.ts";
import { serve as runServer } from "../serve.ts";

/** The journal keeps the time itself; it reads a line's level as sd-daemon(3) says. */
const journalStamp = (level: LogLevel) => `<${journalLevels[level]}>`;
const journalLevels = { debug: 7, info: 6, warn: 4, error: 3, silent: 7 } as const satisfies Record<
  LogLevel,
  number
>;

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
  run(
    { settings },
    { load, surroundings, clock, newId, stdout, stderr, raiseLimits, stopped, onReload, isJournal },
  ) {
    raiseLimits?.();
    return runServer({
      ...load(settings),
      surroundings,
      clock,
      newId,
      stdout,
      stderr,
      stopped: stopped(),
      onReload,
      reload: () => load(settings),
      logStamp: isJournal ? journalStamp : undefined,
    });
  },
};
