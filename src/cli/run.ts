import { UsageError } from "../config/usage-error.ts";
import { parseArguments } from "./arguments.ts";
import type { World } from "./command.ts";
import { discreet } from "./discreet.ts";
import { isLaunchAgent } from "./units/launchd.ts";

/** Does what a command line asks for and gives the exit code: 2 when it, or the configuration, cannot be meant. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<number> {
  const context = discreet(world);
  try {
    const { name, invocation } = parseArguments(argv, context.commands);
    return (await context.commands[name]?.run(invocation, context)) ?? 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.warn(error.message);
    // launchd starts anew whatever ends with another code than 0, and knows no exceptions; its log has the reason.
    return isLaunchAgent(context.surroundings) ? 0 : 2;
  }
}
