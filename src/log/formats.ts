import {
  type LogFormat,
  type LogFormatName,
  type LogLevel,
  plainJson,
  textFields,
  textLine,
} from "../log.ts";

/** Who reads the log when nobody has said. */
export type LogReader = "terminal" | "journal" | "program";

export function formatFor(name: LogFormatName, reader: LogReader): LogFormat {
  if (name === "json") return jsonLine;
  if (reader === "journal") return journalLine;
  return name === "text" || reader === "terminal" ? textLine : jsonLine;
}

/** One JSON object with the fields beside `time`, `level` and `event`. */
const jsonLine: LogFormat = ({ time, level, event, fields }) =>
  plainJson({ time: new Date(time).toISOString(), level, event, ...Object.fromEntries(fields) });

/** The journal keeps the time itself; it reads a line's level as sd-daemon(3) says. */
const journalLine: LogFormat = ({ level, event, fields }) =>
  `<${journalLevels[level]}>${event}${textFields(fields)}`;

const journalLevels = { debug: 7, info: 6, warn: 4, error: 3, silent: 7 } as const satisfies Record<
  LogLevel,
  number
>;
