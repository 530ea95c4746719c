import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { reasonOf } from "../error-code.ts";
import { openLogFile } from "../log/file.ts";
import { formatFor } from "../log/formats.ts";
import { createLog, followingLog, type Log } from "../log.ts";
import type { Host } from "../process/host.ts";
import type { Mask } from "../secrets/secrets.ts";
import type { Context } from "./command.ts";

export interface ServerLog extends Log {
  /** Takes up a changed configuration, and a log file that was moved away. */
  follow(config: Config): void;
  /** Lines that could not be written. */
  dropped(): number;
}

interface ServerLogOptions {
  config: Config;
  host: Host;
  now: () => number;
  mask: Mask;
}

/** The log of a running server; throws a UsageError when its file cannot be written. */
export function openServerLog({ config, host, now, mask }: ServerLogOptions): ServerLog {
  const { logSink, logReader } = host;
  const file = config.logFile === undefined ? undefined : openFile(config.logFile);
  const sink = file ?? logSink;
  const format = formatFor(config.logFormat, file ? "program" : logReader);
  const logAt = ({ logEnabled, logLevel, maxLogLength }: Config) =>
    createLog({
      level: logEnabled ? logLevel : "error",
      maxLength: maxLogLength,
      mask,
      write: sink.write,
      now,
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
export function logRefusal(
  { message }: UsageError,
  { host, clock, secrets }: Pick<Context, "host" | "clock" | "secrets">,
): void {
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

function openFile(path: string) {
  try {
    return openLogFile(path);
  } catch (error) {
    throw new UsageError(`The log file ${path} (logging.file) cannot be written: ${reasonOf(error)}.`);
  }
}
