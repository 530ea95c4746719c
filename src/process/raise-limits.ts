interface Start {
  environment: Readonly<Record<string, string | undefined>>;
  /** The command line without the program. */
  arguments: readonly string[];
  platform: NodeJS.Platform;
}

/**
 * How many fetches run at once. The runtime takes it from the environment that its process was started with, whatever is
 * assigned later; it has 256 for it, and lets the rest wait unheard of.
 */
const variable = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const most = "65535";

/**
 * Has a process that is to serve start over, once, as the same program without that ceiling, so that a refresh of the
 * login never waits behind streams. Costs 4 ms where nothing else was loaded yet. Does nothing where the runtime is not
 * our own binary, or where the person has set a ceiling.
 */
export function raiseLimits({ environment, arguments: given, platform }: Start): void {
  if (environment[variable] || !serves(given) || !Bun.isStandaloneExecutable || platform === "win32") return;
  const inherited = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  try {
    process.execve?.(process.execPath, [process.execPath, ...given], {
      ...Object.fromEntries(inherited),
      [variable]: most,
    });
  } catch {}
}

/** Not to be mistaken in one way only: what serves begins with that word, a flag or nothing. */
const serves = ([first = "serve"]: readonly string[]): boolean => first === "serve" || first.startsWith("-");
