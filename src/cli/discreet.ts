import type { Surroundings } from "../config/folders.ts";
import { optionRows } from "../config/options.ts";
import type { Context } from "./command.ts";

/**
 * The same world, in which the secrets of variables and configuration are known and none is shown on stderr. What goes
 * to stdout was asked for: `aqbridge env` prints a key, `aqbridge credentials` a login.
 */
export function discreet(context: Context): Context {
  const { secrets, surroundings, load, stderr } = context;
  secrets.learn("environment", [...keysIn(surroundings), ...proxyPasswordsIn(surroundings)]);
  return {
    ...context,
    load(settings) {
      const loaded = load(settings);
      const { apiKey, kiroApiKey } = loaded.config;
      secrets.learn("configuration", [apiKey, kiroApiKey]);
      return loaded;
    },
    stderr: (text) => stderr(secrets.mask(text)),
  };
}

/** The variables that hold a key. */
const keyVariables = optionRows.flatMap(([, { type, env = [] }]) => (type.secret ? env : []));

/** What other programs may inherit of an environment. */
export const withoutKeys = (environment: Surroundings["environment"]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !keyVariables.includes(name)));

const keysIn = ({ environment }: Surroundings) => keyVariables.map((name) => environment[name]);

const proxyVariables = ["https_proxy", "http_proxy", "all_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** As they are written, and as they are meant. */
const proxyPasswordsIn = ({ environment }: Surroundings) =>
  proxyVariables.flatMap((name) => {
    const written = /^(?:[a-z\d+.-]+:\/\/)?[^/:]*:([^/]*)@/i.exec(environment[name] ?? "")?.[1];
    return written === undefined ? [] : [written, decoded(written)];
  });

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
