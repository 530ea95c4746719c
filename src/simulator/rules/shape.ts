import { isJsonObject, type JsonObject } from "../../json.ts";
import { exceeds } from "./measure.ts";
import type { Report } from "./rule.ts";

type Path = readonly (string | number)[];

/** Where a walk stands; the path is only spelled when there is something to report. */
interface Probe {
  readonly path: (string | number)[];
  fault(message: string): void;
}

/** Says in the probe what is wrong with the type of a value; the value is never null or undefined. */
export type Shape = (value: unknown, probe: Probe) => void;

/** Reports whatever is wrong with the type of the value that stands at that path. */
export function reportFaults(shape: Shape, value: unknown, path: Path, report: Report): void {
  const probe: Probe = { path: [...path], fault: (message) => report(spellPath(probe.path), message) };
  shape(value, probe);
}

export const anything: Shape = () => {};

export const flag: Shape = (value, probe) => {
  if (typeof value !== "boolean") probe.fault("must be a boolean");
};

/** Lengths are in code points. */
export const text =
  (minimum = 0, maximum = Number.POSITIVE_INFINITY): Shape =>
  (value, probe) => {
    if (typeof value !== "string") return probe.fault("must be a string");
    if (value.length < minimum) probe.fault(`must have at least ${minimum} characters`);
    if (exceeds(value, maximum)) probe.fault(`must have at most ${maximum} characters`);
  };

export const integer =
  (minimum: number, maximum: number): Shape =>
  (value, probe) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return probe.fault("must be an integer");
    if (value < minimum || value > maximum) probe.fault(`must lie between ${minimum} and ${maximum}`);
  };

export const oneOf =
  (...values: readonly string[]): Shape =>
  (value, probe) => {
    if (typeof value !== "string" || !values.includes(value))
      probe.fault(`must be one of ${values.join(", ")}`);
  };

const endOfBase64 = /^[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2}$/;

/** Standard base64 with padding; only its length and its two ends are looked at, for it may be megabytes long. */
export const base64: Shape = (value, probe) => {
  if (typeof value !== "string" || value.length === 0) return probe.fault("must be a base64 string");
  const ends = /^[A-Za-z0-9+/]{2}/.test(value.slice(0, 2)) && endOfBase64.test(value.slice(-4));
  if (value.length % 4 !== 0 || !ends) probe.fault("must be standard base64 with padding");
};

export const list =
  (element: Shape, maximum = Number.POSITIVE_INFINITY): Shape =>
  (value, probe) => {
    if (!Array.isArray(value)) return probe.fault("must be a list");
    if (value.length > maximum) probe.fault(`must have at most ${maximum} elements`);
    for (const [index, item] of value.entries()) inside(item, index, element, probe);
  };

/** Unknown members are let through, as the service does. */
export function structure(members: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape {
  const shapes = new Map(Object.entries(members));
  return (value, probe) => {
    if (!isJsonObject(value)) return probe.fault("must be an object");
    for (const key in value) {
      const shape = shapes.get(key);
      if (shape && value[key] !== undefined) inside(value[key], key, shape, probe);
    }
    for (const key of required) if (value[key] === undefined) probe.fault(`must have the member "${key}"`);
  };
}

/** An object with exactly one member, which is one of these. */
export function union(arms: Readonly<Record<string, Shape>>): Shape {
  const shapes = new Map(Object.entries(arms));
  return (value, probe) => {
    const key = isJsonObject(value) ? onlyKey(value) : undefined;
    const shape = key === undefined ? undefined : shapes.get(key);
    if (!shape || key === undefined || !isJsonObject(value))
      return probe.fault(`must be an object with exactly one of ${[...shapes.keys()].join(", ")}`);
    inside(value[key], key, shape, probe);
  };
}

function onlyKey(value: JsonObject): string | undefined {
  let only: string | undefined;
  for (const key in value) {
    if (only !== undefined) return undefined;
    only = key;
  }
  return only;
}

function inside(value: unknown, step: string | number, shape: Shape, probe: Probe): void {
  probe.path.push(step);
  if (value === null) probe.fault("must be left out instead of null");
  else shape(value, probe);
  probe.path.pop();
}

/** `["a", "b", 3, "c"]` as `a.b[3].c`. */
const spellPath = (path: Path): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
