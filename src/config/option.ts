import type { ValueType } from "./value-types.ts";

interface Spellings {
  /** Without the two dashes. */
  flag?: string;
  /** Variables that set it, the first that is not empty winning. */
  env?: readonly string[];
  /** Variables that switch it off when true; they come before `env`. */
  disabledBy?: readonly string[];
  /** Members of config.json as `section.name`, the first present winning. */
  keys?: readonly string[];
  help: string;
}

export interface Option<T = unknown> extends Spellings {
  type: ValueType<Exclude<T, undefined>>;
  default: T;
  /** The default in words, where the value does not say it. */
  defaultText?: string;
  /** A running server takes up a change; the rest belongs to its listener, its login or its connections. */
  isReloadable?: true;
}

type Row<T> = Omit<Option<T>, "type" | "default">;

export function option<T>(type: ValueType<T>, row: Row<T> & { default: NoInfer<T> }): Option<T>;
export function option<T>(type: ValueType<T>, row: Row<T>): Option<T | undefined>;
export function option<T>(type: ValueType<T>, row: Row<T> & { default?: T }) {
  return { ...row, type, default: row.default };
}
