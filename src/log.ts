export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Values that cannot carry an object, and with it a prompt or a token, into the log by accident. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line per call: `time level event key=value`. `event` is a dotted name, such as `token.refresh`. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

interface LogOptions {
  level: LogLevel;
  /** Longest value written, in characters; the rest is cut and said to be. */
  maxLength: number;
  write: (line: string) => void;
  now: () => number;
  /** Begins a line; the time and the level when absent. */
  stamp?: (level: LogLevel) => string;
}

const ignore = () => {};

/** A log that writes nothing below its level and does no work for what it does not write. */
export function createLog({ level, maxLength, write, now, ...options }: LogOptions): Log {
  const threshold = logLevels.indexOf(level);
  const stamp = options.stamp ?? ((name) => `${new Date(now()).toISOString()} ${name.padEnd(5)} `);
  const at = (name: LogLevel) =>
    logLevels.indexOf(name) < threshold
      ? ignore
      : (event: string, fields: LogFields = {}) =>
          write(`${stamp(name)}${event}${formatFields(fields, maxLength)}\n`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A log that writes to the one that is current at the time. */
export const followingLog = (current: () => Log): Log => ({
  debug: (event, fields) => current().debug(event, fields),
  info: (event, fields) => current().info(event, fields),
  warn: (event, fields) => current().warn(event, fields),
  error: (event, fields) => current().error(event, fields),
});

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function formatFields(fields: LogFields, maxLength: number): string {
  let text = "";
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${key}=${formatValue(value, maxLength)}`;
  }
  return text;
}

function formatValue(value: string | number | boolean, maxLength: number): string {
  if (typeof value !== "string") return String(value);
  const shown =
    value.length > maxLength ? `${value.slice(0, maxLength)}…(${value.length} characters)` : value;
  // Control characters too: a client's text must not drive the terminal of whoever reads the log.
  return /^[^\s"=\p{Cc}]+$/u.test(shown) ? shown : JSON.stringify(shown);
}
