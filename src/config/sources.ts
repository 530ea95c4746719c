import { pathsOf, type Surroundings } from "../base-folder.ts";
import { isJsonObject } from "../json.ts";
import type { ConfigFile } from "./file.ts";
import type { Option } from "./option.ts";
import { UsageError } from "./usage-error.ts";
import { boolean, type ValueType } from "./value-types.ts";

export interface Sources extends Pick<Surroundings, "environment" | "platform"> {
  flags: Readonly<Record<string, string | true>>;
  file: ConfigFile | undefined;
}

/** A value and who gave it: `--port`, `AQBRIDGE_PORT`, `server.port in <path>` or `default`. */
interface Setting<T> {
  value: T;
  origin: string;
}

/** The value from the first source that gives one, else the default; a wrong value in any of them is an error. */
export function readOption<T>(option: Option<T>, sources: Sources): Setting<T> {
  const given = [
    ...fromFlag(option, sources),
    ...fromEnvironment(option, sources),
    ...fromFile(option, sources),
  ];
  return given[0] ?? { value: option.default, origin: "default" };
}

type Given<T> = readonly Setting<Exclude<T, undefined>>[];

function fromFlag<T>({ flag, type }: Option<T>, { flags }: Sources): Given<T> {
  const value = flag === undefined ? undefined : flags[flag];
  if (value === undefined) return [];
  return [checked(type, value === true ? value : spelled(type, value), `--${flag}`)];
}

function fromEnvironment<T>(
  { type, env = [], disabledBy = [] }: Option<T>,
  { environment }: Sources,
): Given<T> {
  const isSet = (name: string) => Boolean(environment[name]);
  const read = <U>(type: ValueType<U>, name: string) =>
    checked(type, spelled(type, environment[name] ?? ""), name);
  const disabling = disabledBy.find(isSet);
  const setting = env.find(isSet);
  const disabled = disabling !== undefined && read(boolean, disabling).value;
  return [
    ...(disabled && disabling ? [checked(type, false, disabling)] : []),
    ...(setting === undefined ? [] : [read(type, setting)]),
  ];
}

function fromFile<T>({ type, keys = [] }: Option<T>, { file, platform }: Sources): Given<T> {
  if (!file) return [];
  const { dirname, isAbsolute, join } = pathsOf(platform);
  const inFileFolder = (path: string) => (isAbsolute(path) ? path : join(dirname(file.path), path));
  return keys
    .filter((key) => file.members.has(key) && file.members.get(key) !== "")
    .map((key) => checked(type, file.members.get(key), `${key} in ${file.path}`))
    .map(({ value, origin }) => ({ value: type.located?.(value, inFileFolder) ?? value, origin }));
}

const spelled = <T>(type: ValueType<T>, text: string): unknown => type.fromText?.(text) ?? text;

function checked<T>(type: ValueType<T>, value: unknown, origin: string): Setting<T> {
  const known = type.parse(value);
  if (known !== undefined) return { value: known, origin };
  const found = type.secret ? "" : `, not ${shown(value)}`;
  throw new UsageError(`${origin} must be ${type.expected}${found}.`);
}

/** Without objects, and without the passwords in addresses. */
function shown(value: unknown): string {
  const text = JSON.stringify(value, hideObjects).replace(/\/\/.*@/, "//…@");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const hideObjects = (_: string, value: unknown) => (isJsonObject(value) ? "an object" : value);
