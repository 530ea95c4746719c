interface Start {
  environment: Readonly<Record<string, string | undefined>>;
  /** The command line without the program. */
  arguments: readonly string[];
  platform: NodeJS.Platform;
}

/** The runtime takes these from the environment that its process was started with, whatever is assigned later. */
const limits = {
  /** How many fetches run at once: it has 256 for it, and lets the rest wait unheard of. */
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65535",
  /**
   * How much a function is used until the last compiler takes it up: at 64,000 that one spent a fifth of the CPU time of
   * short requests and 10 MB, and three times the 99th percentile of their latency, for nothing that a burst gains by.
   */
  BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: "1000000",
} as const;

/**
 * Has a process that is to serve start over, once, as the same program with these limits, so that a refresh of the
 * login never waits behind streams. Costs 4 ms where nothing else was loaded yet. Does nothing where the runtime is not
 * our own binary, or where the person has set the first.
 */
export function raiseLimits({ environment, arguments: given, platform }: Start): void {
  const isRaised = environment["BUN_CONFIG_MAX_HTTP_REQUESTS"] !== undefined;
  if (isRaised || !serves(given) || !Bun.isStandaloneExecutable || platform === "win32") return;
  const inherited = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  try {
    process.execve?.(process.execPath, [process.execPath, ...given], {
      ...limits,
      ...Object.fromEntries(inherited),
    });
  } catch {}
}

/** Not to be mistaken in one way only: what serves begins with that word, a flag or nothing. */
const serves = ([first = "serve"]: readonly string[]): boolean => first === "serve" || first.startsWith("-");
