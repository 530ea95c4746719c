import { resolve } from "node:path";
import type { Surroundings } from "../../base-folder.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { optionRows } from "../../config/options.ts";
import { proxyVariables } from "../discreet.ts";

export type Variables = Readonly<Record<string, string>>;

/** A variable that a running bridge would miss. */
export interface Missed {
  name: string;
  value: string;
  /** Whether there is a key or a password in it, for which a unit, readable by all, is no place. */
  isSecret: boolean;
  /** The member of config.json that says the same. */
  key: string | undefined;
}

/** What the service must be given of a person's environment, so that it has the configuration that was loaded there. */
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

/** The variables in an EnvironmentFile of systemd; what spans lines is not understood. */
export const parseEnvironmentFile = (text: string): Variables =>
  Object.fromEntries(
    [...text.matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t\r]*$/gm)].map(
      ([, name = "", value = ""]) => [name, value.replace(/^(["'])(.*)\1$/, "$2")],
    ),
  );
