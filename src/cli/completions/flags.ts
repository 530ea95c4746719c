import { universalFlags } from "../arguments.ts";
import type { Command, Commands, Flag } from "../command.ts";

/** What is shown beside a flag, on one line. */
export const shortHelp = ({ help }: Flag): string => help.replace(/\n.*/s, "");

export const flagsOf = ({ flags = [], options = [] }: Command): readonly Flag[] => [
  ...flags,
  ...options,
  ...universalFlags,
];

/** Each flag of any command once. */
export const allFlags = (commands: Commands): readonly Flag[] => [
  ...new Map(
    Object.values(commands)
      .flatMap(flagsOf)
      .map((flag) => [flag.name, flag]),
  ).values(),
];

export const isPath = ({ placeholder }: Flag) => placeholder === "file" || placeholder === "folder";
