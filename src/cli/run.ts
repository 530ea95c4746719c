import { UsageError } from "../config/usage-error.ts";
import { codeOf, errorCode } from "../error-code.ts";
import { parseArguments } from "./arguments.ts";
import type { World } from "./command.ts";
import { discreet } from "./discreet.ts";
import { isLaunchAgent } from "./units/launchd.ts";

/** Runs a command line and gives the exit code: 2 when it, or the configuration, is invalid. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<number> {
  const output = outliving(world.stdout);
  const context = discreet({ ...world, stdout: output.write });
  try {
    const { name, invocation } = parseArguments(argv, context.commands);
    const code = (await context.commands[name]?.run(invocation, context)) ?? 0;
    const lost = output.failure();
    // What the server prints is only for information.
    if (code !== 0 || lost === undefined || name === "serve") return code;
    return context.fail(`cannot write to stdout (${errorCode(lost)})`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.warn(error.message);
    // launchd restarts whatever ends with another code than 0, without exceptions; its log has the reason.
    return isLaunchAgent(context.surroundings) ? 0 : 2;
  }
}

/** A full or closed stdout must not end a command midway; a reader that stops reading (EPIPE) is no failure. */
function outliving(write: (text: string) => void) {
  let failure: unknown;
  return {
    failure: () => failure,
    write(text: string) {
      try {
        write(text);
      } catch (error) {
        if (codeOf(error) !== "EPIPE") failure = error;
      }
    },
  };
}
