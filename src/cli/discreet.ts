import type { Surroundings } from "../base-folder.ts";
import { optionRows } from "../config/options.ts";
import { onOneLine } from "../one-line.ts";
import type { Context, World } from "./command.ts";

/**
 * The world with the secrets of environment and configuration learned, and masked on stderr. What goes to stdout was asked
 * for: `aqbridge env` prints a key, `aqbridge credentials` a login.
 */
export function discreet(world: World): Context {
  const { secrets, surroundings, load } = world;
  const stderr = (text: string) => world.stderr(secrets.mask(text));
  // It may quote a configuration file that came with a repository, to a terminal.
  const warn = (sentence: string) => stderr(`aqbridge: ${onOneLine(sentence)}\n`);
  secrets.learn("environment", [...keysIn(surroundings), ...proxyPasswordsIn(surroundings)]);
  return {
    ...world,
    load(settings, environment) {
      const loaded = load(settings, environment);
      const { apiKey, kiroApiKey } = loaded.config;
      secrets.learn("configuration", [apiKey, kiroApiKey]);
      return loaded;
    },
    stderr,
    warn,
    fail(sentence) {
      warn(sentence);
      return 1;
    },
  };
}

/** The variables that hold a key. */
const keyVariables = optionRows.flatMap(([, { type, env = [] }]) => (type.secret ? env : []));

/** The part of an environment that other programs may inherit. */
export const withoutKeys = (environment: Surroundings["environment"]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !keyVariables.includes(name)));

const keysIn = ({ environment }: Surroundings) => keyVariables.map((name) => environment[name]);

/** Variables that name a proxy, whose address may hold a password. */
export const proxyVariables = ["https_proxy", "http_proxy", "all_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** As they are written, and decoded. */
const proxyPasswordsIn = ({ environment }: Surroundings) =>
  proxyVariables.flatMap((name) => {
    const written = /^(?:[a-z\d+.-]+:\/\/)?[^/:]*:(.*)@/is.exec(environment[name] ?? "")?.[1];
    return written === undefined ? [] : [written, decoded(written)];
  });

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
