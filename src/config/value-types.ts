import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { profilePattern, regionPattern } from "../aws.ts";
import { type LogLevel, logLevels } from "../log.ts";
import { isLoopback } from "./loopback.ts";

/** What an option may hold, however it is given. */
export interface ValueType<T> {
  /** Stands for the value in the help text: `--port <number>`. */
  placeholder: string;
  /** Completes the sentence "… must be …". */
  expected: string;
  /** The value that config.json holds, or undefined when it is of another type or out of range. */
  parse(value: unknown): T | undefined;
  /** What `parse` accepts, as nearly as a JSON Schema can say it. */
  schema: TSchema;
  /** The words to choose from, where there are few. */
  choices?: readonly string[];
  /** What a flag or variable spells, as config.json would hold it; the text itself where that is absent or fails. */
  fromText?(text: string): unknown;
  /** The value never appears in a message. */
  secret?: true;
  /** A value from config.json with its paths resolved against that file's folder. */
  located?(value: T, locate: (path: string) => string): T;
}

const checkedBy = <S extends TSchema>(schema: S) => ({
  schema,
  parse: (value: unknown): Static<S> | undefined => (Value.Check(schema, value) ? value : undefined),
});

const numberFromText = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["1", "true", "yes", "on"].map((word) => [word, true] as const),
  ...["0", "false", "no", "off"].map((word) => [word, false] as const),
]);

export const boolean = {
  placeholder: "true|false",
  expected: "true or false",
  ...checkedBy(Type.Boolean()),
  fromText: (text: string) => booleans.get(text.trim().toLowerCase()) ?? text,
} satisfies ValueType<boolean>;

export const integer = (minimum: number, maximum: number): ValueType<number> => ({
  placeholder: "number",
  expected: `a whole number from ${minimum} to ${maximum}`,
  ...checkedBy(Type.Integer({ minimum, maximum })),
  fromText: numberFromText,
});

export const seconds = (minimum: number, maximum: number): ValueType<number> => ({
  placeholder: "seconds",
  expected: `a number of seconds from ${minimum} to ${maximum}`,
  ...checkedBy(Type.Number({ minimum, maximum })),
  fromText: numberFromText,
});

const text = (placeholder: string, expected: string, pattern: RegExp): ValueType<string> => ({
  placeholder,
  expected,
  ...checkedBy(Type.String({ pattern: pattern.source })),
});

const bracketed = text(
  "host",
  "an IP address or a host name",
  /^(\[[\da-fA-F:.]+\]|[\da-fA-F:.]+|[A-Za-z\d][\w.-]*)$/,
);

/** Brackets, which only a URL needs around an address, are taken off. */
export const hostName: ValueType<string> = {
  ...bracketed,
  parse: (value) => bracketed.parse(value)?.replace(/^\[(.*)\]$/, "$1"),
};

export const hostHeader = text(
  "host",
  "a host name or address, with or without a port, and no wildcard",
  /^(\[[\da-fA-F:.]+\]|[A-Za-z\d][\w.-]*)(:\d{1,5})?$/,
);

export const origin = text(
  "origin",
  "an origin such as https://chat.example.com, and no wildcard",
  /^[a-z][a-z\d+.-]*:\/\/[^/\s*?#@]+$/,
);

export const region = text("region", "an AWS region such as us-east-1", regionPattern);

export const profileArn = text(
  "arn",
  "a profile ARN such as arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGH",
  profilePattern,
);

/** Printable ASCII without spaces, so that it fits in an HTTP header unchanged. */
const printable = /^[\x21-\x7e]+$/;

export const token = (placeholder: string): ValueType<string> =>
  text(placeholder, "text of printable ASCII characters without spaces", printable);

export const secret = <T>(type: ValueType<T>): ValueType<T> => ({ ...type, secret: true });

export const choice = <const T extends string>(...words: readonly T[]): ValueType<T> => ({
  placeholder: words.join("|"),
  expected: `one of ${words.join(", ")}`,
  parse: (value) => words.find((word) => word === value),
  schema: Type.Unsafe({ type: "string", enum: words }),
  choices: words,
});

export const modelAliases: ValueType<Readonly<Record<string, string>>> = {
  placeholder: "aliases",
  expected: 'an object of names with a model id each, such as { "fast": "claude-haiku-4.5" }',
  ...checkedBy(Type.Record(Type.String(), Type.String({ pattern: printable.source }))),
};

export const path = (placeholder: string): ValueType<string> => ({
  ...text(placeholder, "a path", /^[^\0]+$/),
  located: (value, locate) => locate(value),
});

export const list = (item: ValueType<string>): ValueType<readonly string[]> => ({
  placeholder: `${item.placeholder},…`,
  expected: `a list, each item ${item.expected}`,
  schema: Type.Array(item.schema),
  parse: (value) =>
    Array.isArray(value) && value.every((each) => item.parse(each) !== undefined) ? value : undefined,
  fromText: (line) => line.split(",").map((each) => each.trim()),
});

const pythonLevels = { warning: "warn", critical: "error", fatal: "error" } as const;
const levelNames: ReadonlyMap<string, LogLevel> = new Map([
  ...logLevels.map((level) => [level, level] as const),
  ...Object.entries(pythonLevels),
]);

/** JSON Schema has no place for a regular expression's flags. */
const inAnyCase = (words: readonly string[]): string =>
  `^(${words.join("|").replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)})$`;

/** In any case, and by Python's names too, which the original program used. */
export const logLevel: ValueType<LogLevel> = {
  placeholder: "level",
  expected: `one of ${logLevels.join(", ")}`,
  schema: Type.Unsafe({
    anyOf: [{ enum: logLevels }, { type: "string", pattern: inAnyCase([...levelNames.keys()]) }],
  }),
  choices: logLevels,
  parse: (value) => (typeof value === "string" ? levelNames.get(value.toLowerCase()) : undefined),
};

/** A base address without its last slash. Bearer tokens travel to it, hence http to this machine only. */
export const endpoint: ValueType<string> = {
  placeholder: "url",
  expected: "an https:// address (http:// for this machine only) without user, query or fragment",
  schema: Type.String({
    pattern: "^(https://[\\w.-]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\]))(:\\d{1,5})?(/[^?#@\\s]*)?$",
  }),
  parse(value) {
    const url = typeof value === "string" ? URL.parse(value) : null;
    if (!url || url.username || url.password || url.search || url.hash) return undefined;
    const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
    return safe ? url.href.replace(/\/$/, "") : undefined;
  },
};
