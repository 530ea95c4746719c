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
      help: "Also start or stop it; without this, only the file is written or removed and the commands are printed.",
    },
  ],
  examples: [
    "aqbridge service install --now",
    "aqbridge service install --port 8080",
    "aqbridge service status",
    "aqbridge service uninstall --now",
  ],
  async run({ argument, flags, settings }, context) {
    // A configuration that has become invalid does not keep the service from being uninstalled.
    const plan = argument === "install" ? await planUnit(settings, context) : noPlan;
    const unit = unitFor(plan, context);
    const isNow = flags["now"] === true;
    try {
      if (argument === "install") return await install(unit, plan, isNow, context);
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

/** For a unit that exists already: only its path and its commands matter. */
const noPlan: UnitPlan = { command: [], variables: {}, environmentFile: undefined, stopSeconds: 0 };

function unitFor(plan: UnitPlan, { surroundings }: Context): Unit {
  const { platform, home, environment } = surroundings;
  const manager = managers[platform];
  if (!manager)
    throw new UsageError(
      `There is no service for ${platform}; start aqbridge with the system's own scheduler.`,
    );
  if (home === undefined) throw new UsageError("There is no home directory to keep a service in.");
  return manager({ ...plan, home, environment });
}

async function install(unit: Unit, plan: UnitPlan, isNow: boolean, context: Context): Promise<number> {
  const old = await readIfThere(unit.path);
  if (old === unit.text) context.stdout(`${unit.path} is up to date.\n`);
  else {
    await replaceFile(unit.path, unit.text);
    context.stdout(`Wrote ${unit.path}.\n`);
  }
  const variables = Object.keys(plan.variables);
  if (variables.length > 0) context.stdout(`The service keeps this shell's ${variables.join(", ")}.\n`);
  const code = await runOrPrint(old === undefined ? unit.start : unit.restart, isNow, context);
  if (code === 0) context.stdout(unit.hints.map((hint) => `${context.style.dim(hint)}\n`).join(""));
  return code;
}

async function uninstall(unit: Unit, isNow: boolean, context: Context): Promise<number> {
  if ((await readIfThere(unit.path)) === undefined) {
    context.stdout("There is no service installed.\n");
    return 0;
  }
  if (isNow && (await isLoaded(unit, context)) && (await runOrPrint(unit.stop, isNow, context)) !== 0)
    return 1;
  for (const path of [unit.path, ...unit.links]) await rm(path, { force: true });
  context.stdout(`Removed ${unit.path}.\n`);
  return runOrPrint(isNow ? unit.forget : [...unit.stop, ...unit.forget], isNow, context);
}

const isLoaded = async ({ isLoaded, query }: Unit, { execute }: Context): Promise<boolean> =>
  isLoaded === undefined || isLoaded(await execute(query));

async function status(unit: Unit, { execute, stdout, style }: Context): Promise<number> {
  if ((await readIfThere(unit.path)) === undefined) {
    stdout(`${style.yellow("not installed")}; run \`aqbridge service install --now\`\n`);
    return 1;
  }
  if (unit.isRunning(await execute(unit.query))) {
    stdout(`${style.green("running")} (${unit.path})\n`);
    return 0;
  }
  stdout(`${style.red("not running")} (${unit.path}); \`${unit.log.join(" ")}\` may show why\n`);
  return 1;
}

/** Runs the commands, or prints them. */
async function runOrPrint(
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
