import { resolve } from "node:path";
import type { Surroundings } from "../../base-folder.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { optionRows } from "../../config/options.ts";
import { proxyVariables } from "../discreet.ts";

export type Variables = Readonly<Record<string, string>>;

/** A variable that the service would lack. */
export interface Missed {
  name: string;
  value: string;
  /** Whether it holds a key or a password, which must not stand in a unit that everybody can read. */
  isSecret: boolean;
  /** The member of config.json with the same meaning. */
  key: string | undefined;
}

/** What the service needs of a person's environment to load the same configuration. */
export function missedVariables(
  { origins }: LoadedConfig,
  environment: Surroundings["environment"],
): readonly Missed[] {
  const used = new Set(Object.values(origins));
  const rows = [...ofOptions.filter(({ name }) => used.has(name)), ...ofSystem];
  return rows.flatMap(({ name, key, isPath, isSecret }) => {
    const value = environment[name];
    if (!value) return [];
    return [{ name, value: isPath ? resolve(value) : value, isSecret: isSecret(value), key }];
  });
}

const ofOptions = optionRows.flatMap(([, { type, env = [], disabledBy = [], keys }]) =>
  [...env, ...disabledBy].map((name) => ({
    name,
    key: keys?.[0],
    isPath: type.located !== undefined,
    isSecret: () => type.secret === true,
  })),
);

const ofSystem = [
  ...["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"],
  ...proxyVariables,
  ...["no_proxy", "NO_PROXY"],
].map((name) => ({ name, key: undefined, isPath: false, isSecret: (value: string) => value.includes("@") }));

/** The variables in a systemd EnvironmentFile; values that span lines are not understood. */
export const parseEnvironmentFile = (text: string): Variables =>
  Object.fromEntries(
    [...text.matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t\r]*$/gm)].map(
      ([, name = "", value = ""]) => [name, value.replace(/^(["'])(.*)\1$/, "$2")],
    ),
  );
