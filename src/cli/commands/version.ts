import { version as current } from "../../version.ts";
import type { Command } from "../command.ts";

export const version: Command = {
  summary: "Print the version.",
  examples: ["aqbridge version"],
  run(_, { stdout }) {
    stdout(`${current}\n`);
    return 0;
  },
};
