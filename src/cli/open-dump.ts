import type { Clock } from "../clock.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { reasonOf } from "../error-code.ts";
import { type DumpFolder, openDumpFolder } from "../log/dump-folder.ts";
import type { Log } from "../log.ts";
import type { Mask } from "../secrets/secrets.ts";

/** The folder of `--debug-dump`, if it was given; throws a UsageError when it cannot be one. */
export function openDump(
  { debugDump }: Config,
  { now }: Clock,
  log: Log,
  mask: Mask,
): DumpFolder | undefined {
  if (debugDump === undefined) return undefined;
  const onFailure = (error: unknown) => log.warn("debug-dump", { error: reasonOf(error) });
  try {
    return openDumpFolder({ path: debugDump, mask, now, onFailure });
  } catch (error) {
    throw new UsageError(`--debug-dump ${debugDump} cannot be written to: ${reasonOf(error)}.`);
  }
}
