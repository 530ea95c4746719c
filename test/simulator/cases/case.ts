import type { JsonObject } from "../../../src/json.ts";
import type { Level } from "../../../src/simulator/validate.ts";

/** The mildest level that asserts a rule, a body that breaks it, and a close neighbour that keeps it. */
export type Case = readonly [level: Level, refused: JsonObject, accepted: JsonObject];

/** By the rule's name and, when it has several sides, a word for the side. */
export type Cases = Readonly<Record<string, Case>>;

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
