import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { reasonOf } from "../error-code.ts";
import { type DumpFolder, openDumpFolder } from "../log/dump-folder.ts";
import { openLogFile } from "../log/file.ts";
import { formatFor } from "../log/formats.ts";
import { createLog, followingLog, type Log } from "../log.ts";
import type { Context } from "./command.ts";

type Surrounding = Pick<Context, "host" | "clock" | "secrets">;

interface ServerLog extends Log {
  /** Takes up a changed configuration, and a log file that was moved away. */
  follow(config: Config): void;
  /** Lines that could not be written. */
  dropped(): number;
}

/** The log of a running server; throws a UsageError when its file cannot be written. */
export function openServerLog(config: Config, { host, clock, secrets }: Surrounding): ServerLog {
  const file = config.logFile === undefined ? undefined : openFile(config.logFile);
  const sink = file ?? host.logSink;
  const format = formatFor(config.logFormat, file ? "program" : host.logReader);
  const logAt = ({ logEnabled, logLevel, maxLogLength }: Config) =>
    createLog({
      level: logEnabled ? logLevel : "error",
      maxLength: maxLogLength,
      mask: secrets.mask,
      write: sink.write,
      now: clock.now,
      format,
    });
  let current = logAt(config);
  const log = followingLog(() => current);
  return {
    ...log,
    dropped: sink.dropped,
    follow(next) {
      current = logAt(next);
      try {
        file?.reopen();
      } catch (error) {
        log.error("log.reopen", { error: reasonOf(error) });
      }
    },
  };
}

const maxRefusalLength = 1000;

/** Tells whoever collects logs why a server did not start; a person at a terminal is told anyway. */
export function logRefusal({ message }: UsageError, { host, clock, secrets }: Surrounding): void {
  if (host.logReader === "terminal") return;
  const log = createLog({
    level: "error",
    maxLength: maxRefusalLength,
    mask: secrets.mask,
    write: host.logSink.write,
    now: clock.now,
    format: formatFor("auto", host.logReader),
  });
  log.error("proc.config", { error: message });
}

/** The folder of `--debug-dump`, if one was given; throws a UsageError when it cannot be used. */
export function openDump(
  { debugDump }: Config,
  { clock, secrets }: Surrounding,
  log: Log,
): DumpFolder | undefined {
  if (debugDump === undefined) return undefined;
  const onFailure = (error: unknown) => log.warn("debug-dump", { error: reasonOf(error) });
  try {
    return openDumpFolder({ path: debugDump, mask: secrets.mask, now: clock.now, onFailure });
  } catch (error) {
    throw new UsageError(`--debug-dump ${debugDump} cannot be written to: ${reasonOf(error)}.`);
  }
}

function openFile(path: string) {
  try {
    return openLogFile(path);
  } catch (error) {
    throw new UsageError(`The log file ${path} (logging.file) cannot be written: ${reasonOf(error)}.`);
  }
}
