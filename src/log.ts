export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** `auto` is text for a terminal, the journal's form for systemd's journal, and JSON for anything else. */
export const logFormats = ["auto", "text", "json"] as const;
export type LogFormatName = (typeof logFormats)[number];

type LogValue = string | number | boolean;
/** Values that cannot carry an object, and with it a prompt or a token, into the log by accident. */
export type LogFields = Readonly<Record<string, LogValue | undefined>>;

/** One line per call. `event` is a dotted name, such as `login.refreshed`. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** What a line says. */
interface LogEntry {
  /** Milliseconds since the epoch. */
  time: number;
  level: LogLevel;
  event: string;
  fields: readonly (readonly [name: string, value: LogValue])[];
}

/** A whole line without its line break. */
export type LogFormat = (entry: LogEntry) => string;

interface LogOptions {
  level: LogLevel;
  /** Longest value written, in characters; the rest is cut and said to be. */
  maxLength: number;
  /** Takes secrets out of a value; before it is cut, since the rest of a secret might not be recognised. */
  mask?: (text: string) => string;
  write: (line: string) => void;
  now: () => number;
  /** For people to read when absent. */
  format?: LogFormat;
}

const ignore = () => {};
const asIs = (text: string) => text;

/** A log that writes nothing below its level and does no work for what it does not write. */
export function createLog(options: LogOptions): Log {
  const { level, maxLength, mask = asIs, write, now, format = textLine } = options;
  const threshold = logLevels.indexOf(level);
  const shown = (value: LogValue) => (typeof value === "string" ? cut(mask(value), maxLength) : value);
  const at = (name: LogLevel) =>
    logLevels.indexOf(name) < threshold
      ? ignore
      : (event: string, fields: LogFields = {}) =>
          write(`${format({ time: now(), level: name, event, fields: given(fields, shown) })}\n`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A log that writes to whichever is current at the time. */
export const followingLog = (current: () => Log): Log => ({
  debug: (event, fields) => current().debug(event, fields),
  info: (event, fields) => current().info(event, fields),
  warn: (event, fields) => current().warn(event, fields),
  error: (event, fields) => current().error(event, fields),
});

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** `time level event key=value`, for people to read. */
export const textLine: LogFormat = ({ time, level, event, fields }) =>
  `${new Date(time).toISOString()} ${level.padEnd(5)} ${event}${textFields(fields)}`;

/** Each with a space before it. */
export const textFields = (fields: LogEntry["fields"]): string =>
  fields.map(([name, value]) => ` ${name}=${textValue(value)}`).join("");

function given(fields: LogFields, shown: (value: LogValue) => LogValue): LogEntry["fields"] {
  const entries: [string, LogValue][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) entries.push([name, shown(value)]);
  }
  return entries;
}

const cut = (value: string, maxLength: number): string =>
  value.length > maxLength ? `${value.slice(0, maxLength)}…(${value.length} characters)` : value;

/** What JSON does not escape: C1 controls, which terminals obey, and what reorders a line. */
const unescaped = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** JSON that does not drive the terminal of whoever reads the log, whatever a client or the service has said. */
export const plainJson = (value: unknown): string => JSON.stringify(value).replace(unescaped, escaped);

const textValue = (value: LogValue): string =>
  typeof value !== "string" || /^[^\s"=\p{Cc}\p{Cf}]+$/u.test(value) ? String(value) : plainJson(value);
