import { resolve } from "node:path";
import type { Surroundings } from "../base-folder.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { OptionName } from "../config/options.ts";
import { loginShell, quoted, sourced } from "./shells.ts";

interface Told extends Pick<LoadedConfig, "config" | "origins"> {
  /** The actual one. */
  port: number;
  surroundings: Surroundings;
}

/** Flags to repeat, each with what makes its value valid in any folder. */
const repeated = [
  ["host", String],
  ["dir", resolve],
  ["configFile", resolve],
] as const satisfies readonly (readonly [OptionName, (value: string) => string])[];

/** The line that points a client, or the usual ones, here from another terminal, where this one's flags are unknown. */
export function envLine({ config, origins, port, surroundings }: Told, client?: string): string {
  const shell = loginShell(surroundings);
  const word = (value: string) => (/^[\w./:+=-]+$/.test(value) ? value : quoted[shell](value));
  const flags = repeated
    .filter(([name]) => origins[name].startsWith("--"))
    .map(([name, lasting]) => ` ${origins[name]} ${word(lasting(config[name] ?? ""))}`);
  const clientWord = client === undefined ? "" : ` ${client}`;
  const portFlag = origins.port === "default" ? "" : ` --port ${port}`;
  return sourced[shell](`aqbridge env${clientWord}${portFlag}${flags.join("")}`);
}
