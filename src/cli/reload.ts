import { refuseOpenServer } from "../config/checks.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Option } from "../config/option.ts";
import { type Config, type OptionName, optionNames, options } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import type { Log } from "../log.ts";

/** The configuration to go on with; undefined, and a line in the log, when the new one is invalid. */
export function tryReload(running: Config, load: () => LoadedConfig, log: Log): Config | undefined {
  try {
    const loaded = load();
    const { config, waiting } = reloaded(running, loaded.config);
    for (const warning of loaded.warnings) log.warn("config", { warning });
    if (waiting.length > 0) log.warn("config.restart-needed", { options: waiting.join(" ") });
    return config;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log.error("config.reload", { error: error.message });
    return undefined;
  }
}

interface Reloaded {
  config: Config;
  /** What has changed but needs a restart, as it is spelled in config.json. */
  waiting: readonly string[];
}

/** A running server's configuration with those changes it can take up; throws a UsageError if they would open it to everyone. */
export function reloaded(running: Config, wanted: Config): Reloaded {
  const changed = optionNames.filter((name) => hasChanged(name, running, wanted));
  const taken = changed.filter(isReloadable);
  const config = { ...running, ...Object.fromEntries(taken.map((name) => [name, wanted[name]])) };
  refuseOpenServer(config);
  const waiting = changed.filter((name) => !isReloadable(name)).map(spelled);
  return { config, waiting };
}

/** A bundle of certificates may have changed under the same name. */
function hasChanged(name: OptionName, running: Config, wanted: Config): boolean {
  if (name === "caBundle") return !Bun.deepEquals(running.caCertificates, wanted.caCertificates);
  return !Bun.deepEquals(running[name], wanted[name]);
}

const optionNamed = (name: OptionName): Option => options[name];

const isReloadable = (name: OptionName): boolean => optionNamed(name).isReloadable === true;

const spelled = (name: OptionName): string => optionNamed(name).keys?.[0] ?? name;
