import type { Surroundings } from "../config/folders.ts";

/** How many fetches run at once; the runtime reads it at its start, lets the rest wait unheard of, and has 256 for it. */
const variable = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const most = "65535";

/**
 * Has this process start over, once, as the same program without that ceiling, so that a refresh of the login never
 * waits behind streams. Costs about 35 ms of the start. Does nothing where the runtime is not our own binary, or where
 * the person has set a ceiling.
 */
export function raiseLimits({ environment, platform }: Surroundings): void {
  if (environment[variable] || !Bun.isStandaloneExecutable || platform === "win32") return;
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  try {
    process.execve?.(process.execPath, [process.execPath, ...process.argv.slice(2)], {
      ...Object.fromEntries(given),
      [variable]: most,
    });
  } catch {}
}
