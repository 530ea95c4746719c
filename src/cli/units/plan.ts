import { dirname, join, resolve } from "node:path";
import { configPath } from "../../config/load.ts";
import { optionRows } from "../../config/options.ts";
import { UsageError } from "../../config/usage-error.ts";
import { errorCode } from "../../error-code.ts";
import { longestShutDownMs } from "../../process/shut-down.ts";
import type { Context, Flags } from "../command.ts";
import { readIfThere } from "../read-if-there.ts";
import { requireUsableProxy } from "../usable-proxy.ts";
import type { UnitPlan } from "./unit.ts";
import { type Missed, missedVariables, parseEnvironmentFile, type Variables } from "./variables.ts";

/** Checks the configuration as the service will see it; throws a UsageError for one that it cannot start with. */
export async function planUnit(settings: Flags, context: Context): Promise<UnitPlan> {
  const { surroundings, program } = context;
  const environmentFile = environmentFileOf(settings, context);
  const inFile = environmentFile === undefined ? {} : await readVariables(environmentFile);
  const environment = { ...surroundings.environment, ...inFile };
  const loaded = context.load(settings, environment);
  requireUsableProxy(loaded.config, { ...surroundings, environment });
  const missed = missedVariables(loaded, environment).filter(({ name }) => !Object.hasOwn(inFile, name));
  const secret = missed.find(({ isSecret }) => isSecret);
  if (secret) throw new UsageError(whereTo(secret, environmentFile, loaded.config.configFile));
  const command = [...program.map((word) => resolve(word)), ...spelled(settings)];
  refuseLines([...command, ...missed.map(({ value }) => value), environmentFile ?? ""]);
  return {
    command,
    variables: Object.fromEntries(missed.map(({ name, value }) => [name, value])),
    environmentFile,
    stopSeconds: Math.ceil(longestShutDownMs(loaded.config.drainTimeoutSeconds * 1000) / 1000) + 1,
  };
}

/** A line break would end the unit's own line, and what follows it would be read as another setting. */
function refuseLines(texts: readonly string[]): void {
  const broken = texts.find((text) => /\p{Cc}/u.test(text));
  if (broken !== undefined)
    throw new UsageError(`${JSON.stringify(broken)} has a character that cannot stand in a service's unit.`);
}

/** Beside config.json; launchd has nothing of the kind. */
function environmentFileOf(settings: Flags, { surroundings }: Context): string | undefined {
  const path = configPath({ ...surroundings, arguments: settings });
  if (path === undefined || surroundings.platform !== "linux") return undefined;
  return join(dirname(resolve(path)), "environment");
}

async function readVariables(path: string): Promise<Variables> {
  try {
    return parseEnvironmentFile((await readIfThere(path)) ?? "");
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return {};
    throw new UsageError(`${path} cannot be read (${errorCode(error)}).`);
  }
}

function whereTo(
  { name, key }: Missed,
  environmentFile: string | undefined,
  configFile = "config.json",
): string {
  const missing = `The service does not see this shell's ${name}`;
  if (environmentFile !== undefined)
    return `${missing}: put the line ${name}=… into ${environmentFile}, with mode 600, and install it again.`;
  if (key !== undefined)
    return `${missing}: put it into ${configFile} as ${key}, with mode 600, unset the variable, and install it again.`;
  return `${missing}, and a launch agent cannot be given a secret: unset it and install the service again.`;
}

const pathFlags = new Set(optionRows.flatMap(([, { flag, type }]) => (flag && type.located ? [flag] : [])));

const spelled = (settings: Flags): readonly string[] =>
  Object.entries(settings).map(([name, value]) => {
    if (value === true) return `--${name}`;
    return `--${name}=${pathFlags.has(name) ? resolve(value) : value}`;
  });
