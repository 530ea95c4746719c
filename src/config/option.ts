import type { ValueType } from "./value-types.ts";

export interface Option<T = unknown> {
  /** Without the two dashes. */
  flag?: string;
  /** Variables that set it, the first that is not empty winning. */
  env?: readonly string[];
  /** Variables that switch it off when true; they come before `env`. */
  disabledBy?: readonly string[];
  /** Members of config.json as `section.name`, the first present winning. */
  keys?: readonly string[];
  help: string;
  type: ValueType<Exclude<T, undefined>>;
  default: T;
  /** The default in words, where the value does not say it. */
  defaultText?: string;
  isReloadable?: true;
}

type Row<T> = Omit<Option<T>, "type" | "default" | "isReloadable">;

export function option<T>(type: ValueType<T>, row: Row<T> & { default: NoInfer<T> }): Option<T>;
export function option<T>(type: ValueType<T>, row: Row<T>): Option<T | undefined>;
export function option<T>(type: ValueType<T>, row: Row<T> & { default?: T }) {
  return { ...row, type, default: row.default };
}

/** An option of which a running server takes up a change; the others belong to its listener, its login or its connections. */
export function reloadable<T>(type: ValueType<T>, row: Row<T> & { default: NoInfer<T> }): Option<T>;
export function reloadable<T>(type: ValueType<T>, row: Row<T>): Option<T | undefined>;
export function reloadable<T>(type: ValueType<T>, row: Row<T> & { default?: T }) {
  return { ...row, type, default: row.default, isReloadable: true as const };
}
