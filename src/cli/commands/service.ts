import { rm } from "node:fs/promises";
import { UsageError } from "../../config/usage-error.ts";
import { errorCode } from "../../error-code.ts";
import { replaceFile } from "../../files/durable-file.ts";
import type { Command, Context } from "../command.ts";
import { optionFlags } from "../option-flags.ts";
import { readIfThere } from "../read-if-there.ts";
import { launchdAgent } from "../units/launchd.ts";
import { planUnit } from "../units/plan.ts";
import { systemdUnit } from "../units/systemd.ts";
import type { Unit, UnitOptions, UnitPlan } from "../units/unit.ts";

export const service: Command = {
  summary: "Run the bridge in the background: a systemd user unit on Linux, a launch agent on macOS.",
  argument: { name: "action", choices: ["install", "uninstall", "status"] },
  options: optionFlags("port", "host", "dir", "configFile", "credentialsFile", "demo", "logLevel"),
  flags: [
    {
      name: "now",
      help: "Also start it, or stop it; without this only the file is written or removed, and you are told the commands.",
    },
  ],
  examples: [
    "aqbridge service install --now",
    "aqbridge service install --port 8080",
    "aqbridge service status",
    "aqbridge service uninstall --now",
  ],
  async run({ argument, flags, settings }, context) {
    // A configuration that is broken by now does not keep the service from being uninstalled.
    const unit = unitFor(argument === "install" ? await planUnit(settings, context) : noPlan, context);
    const isNow = flags["now"] === true;
    try {
      if (argument === "install") return await install(unit, isNow, context);
      if (argument === "uninstall") return await uninstall(unit, isNow, context);
      return await status(unit, context);
    } catch (error) {
      return context.fail(`cannot change ${unit.path} (${errorCode(error)})`);
    }
  },
};

const managers: Readonly<Partial<Record<NodeJS.Platform, (options: UnitOptions) => Unit>>> = {
  linux: systemdUnit,
  darwin: launchdAgent,
};

/** For a unit that is there already, of which only the place and the commands matter. */
const noPlan: UnitPlan = { command: [], variables: {}, environmentFile: undefined, stopSeconds: 0 };

function unitFor(plan: UnitPlan, { surroundings }: Context): Unit {
  const { platform, home, environment } = surroundings;
  const manager = managers[platform];
  if (!manager)
    throw new UsageError(`There is no service for ${platform}; let its scheduler start aqbridge.`);
  if (home === undefined) throw new UsageError("There is no home directory to keep a service in.");
  return manager({ ...plan, home, environment });
}

async function install(unit: Unit, isNow: boolean, context: Context): Promise<number> {
  const old = await readIfThere(unit.path);
  if (old === unit.text) context.stdout(`${unit.path} is as it should be.\n`);
  else {
    await replaceFile(unit.path, unit.text);
    context.stdout(`Wrote ${unit.path}.\n`);
  }
  if (unit.variables.length > 0)
    context.stdout(`The service keeps this shell's ${unit.variables.join(", ")}.\n`);
  const code = await tell(old === undefined ? unit.start : unit.restart, isNow, context);
  if (code === 0) context.stdout(unit.hints.map((hint) => `${context.style.dim(hint)}\n`).join(""));
  return code;
}

async function uninstall(unit: Unit, isNow: boolean, context: Context): Promise<number> {
  if ((await readIfThere(unit.path)) === undefined) {
    context.stdout("There is no service installed.\n");
    return 0;
  }
  const code = isNow ? await tell(unit.stop, isNow, context) : 0;
  if (code !== 0) return code;
  for (const path of [unit.path, ...unit.links]) await rm(path, { force: true });
  context.stdout(`Removed ${unit.path}.\n`);
  return tell(isNow ? unit.forget : [...unit.stop, ...unit.forget], isNow, context);
}

async function status(unit: Unit, { execute, stdout, style }: Context): Promise<number> {
  if ((await readIfThere(unit.path)) === undefined) {
    stdout(`${style.yellow("not installed")}; aqbridge service install --now does that.\n`);
    return 1;
  }
  if (unit.isRunning(await execute(unit.query))) {
    stdout(`${style.green("running")} (${unit.path})\n`);
    return 0;
  }
  stdout(`${style.red("not running")} (${unit.path}); \`${unit.log.join(" ")}\` may tell why.\n`);
  return 1;
}

/** Runs the commands, or says which they would be. */
async function tell(
  commands: readonly (readonly string[])[],
  isNow: boolean,
  { execute, stdout, fail }: Context,
): Promise<number> {
  if (!isNow && commands.length > 0) stdout("Left for you to run:\n");
  for (const command of commands) {
    if (!isNow) stdout(`  ${command.join(" ")}\n`);
    else if ((await execute(command)).code !== 0) return fail(`\`${command.join(" ")}\` failed`);
  }
  return 0;
}
