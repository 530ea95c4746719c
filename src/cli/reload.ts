import { refuseOpenServer } from "../config/checks.ts";
import type { Option } from "../config/option.ts";
import { type Config, type OptionName, optionNames, options } from "../config/options.ts";

/** What a running server takes up; the rest belongs to its listener, its login or its connections, and needs a restart. */
const reloadable: ReadonlySet<OptionName> = new Set<OptionName>([
  "apiKey",
  "allowedHosts",
  "allowedOrigins",
  "maxBodyBytes",
  "maxStreams",
  "defaultModel",
  "modelAliases",
  "unknownModels",
  "logLevel",
  "logEnabled",
  "logRequests",
  "logResponses",
  "maxLogLength",
  "streamChunkSize",
  "bufferMaxSize",
  "bodyTimeoutSeconds",
  "connectTimeoutSeconds",
  "firstEventTimeoutSeconds",
  "streamIdleTimeoutSeconds",
  "heartbeatSeconds",
]);

export interface Reloaded {
  config: Config;
  /** What has changed and waits for a restart, as the person spells it. */
  waiting: readonly string[];
}

/** A running server's configuration with what it can take up of a new one; throws a UsageError if that would open it to all. */
export function reloaded(running: Config, wanted: Config): Reloaded {
  const changed = optionNames.filter((name) => !Bun.deepEquals(running[name], wanted[name]));
  const taken = changed.filter((name) => reloadable.has(name));
  const config = { ...running, ...Object.fromEntries(taken.map((name) => [name, wanted[name]])) };
  refuseOpenServer(config);
  const waiting = changed.filter((name) => !reloadable.has(name)).map((name) => nameOf(options[name], name));
  return { config, waiting };
}

const nameOf = ({ keys }: Option, name: string) => keys?.[0] ?? name;
