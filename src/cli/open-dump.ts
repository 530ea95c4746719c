import type { Clock } from "../clock.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { type DumpFolder, openDumpFolder } from "../log/dump-folder.ts";
import type { Log } from "../log.ts";

/** The folder of `--debug-dump`, if it was given; throws a UsageError when it cannot be one. */
export function openDump(
  { debugDump, apiKey, kiroApiKey }: Config,
  { now }: Clock,
  log: Log,
): DumpFolder | undefined {
  if (debugDump === undefined) return undefined;
  const secrets = [apiKey, kiroApiKey].filter((secret) => secret !== undefined);
  const onFailure = (error: unknown) => log.warn("debug-dump", { error: reason(error) });
  try {
    return openDumpFolder({ path: debugDump, secrets, now, onFailure });
  } catch (error) {
    throw new UsageError(`--debug-dump ${debugDump} cannot be written to: ${reason(error)}.`);
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : "unknown reason");
