import { refuseOpenServer } from "../config/checks.ts";
import type { Option } from "../config/option.ts";
import { type Config, type OptionName, optionNames, options } from "../config/options.ts";

export interface Reloaded {
  config: Config;
  /** What has changed and waits for a restart, as the person spells it. */
  waiting: readonly string[];
}

/** A running server's configuration with what it can take up of a new one; throws a UsageError if that would open it to all. */
export function reloaded(running: Config, wanted: Config): Reloaded {
  const changed = optionNames.filter((name) => hasChanged(name, running, wanted));
  const taken = changed.filter(isReloadable);
  const config = { ...running, ...Object.fromEntries(taken.map((name) => [name, wanted[name]])) };
  refuseOpenServer(config);
  const waiting = changed.filter((name) => !isReloadable(name)).map(spelled);
  return { config, waiting };
}

/** A bundle of certificates may be another under the same name. */
function hasChanged(name: OptionName, running: Config, wanted: Config): boolean {
  if (name === "caBundle") return !Bun.deepEquals(running.caCertificates, wanted.caCertificates);
  return !Bun.deepEquals(running[name], wanted[name]);
}

const optionNamed = (name: OptionName): Option => options[name];

const isReloadable = (name: OptionName): boolean => optionNamed(name).isReloadable === true;

const spelled = (name: OptionName): string => optionNamed(name).keys?.[0] ?? name;
