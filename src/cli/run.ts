import { UsageError } from "../config/usage-error.ts";
import { parseArguments } from "./arguments.ts";
import type { World } from "./command.ts";
import { discreet } from "./discreet.ts";

/** Does what a command line asks for and gives the exit code: 2 when nothing known is asked for. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<number> {
  const context = discreet(world);
  try {
    const { name, invocation } = parseArguments(argv, context.commands);
    return (await context.commands[name]?.run(invocation, context)) ?? 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.warn(error.message);
    return 2;
  }
}
