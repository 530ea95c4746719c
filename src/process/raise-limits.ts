interface Start {
  environment: Readonly<Record<string, string | undefined>>;
  /** The command line without the program. */
  arguments: readonly string[];
  platform: NodeJS.Platform;
}

/** The runtime reads these from the environment that its process was started with, whatever is assigned later. */
const limits = {
  /** How many fetches run at once: 256 by default, and the rest wait silently. */
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65535",
  /**
   * How much a function is used before the last compiler takes it up: at 64,000 that one took a fifth of the CPU time of
   * short requests and 10 MB, and tripled the 99th percentile of their latency, without a gain for bursts.
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
  try {
    process.execve?.(process.execPath, [process.execPath, ...given], { ...limits, ...environment });
  } catch {}
}

/** Whether the command may be to serve: it begins with that word or a flag, or is empty. */
const serves = ([first = "serve"]: readonly string[]): boolean => first === "serve" || first.startsWith("-");
