import type { Rig } from "./rig/rig.ts";

export type Bound = { atMost: number } | { atLeast: number } | { exactly: number };

/** One thing that was measured; without a bound it is there to be compared with. */
export interface Figure {
  name: string;
  value: number;
  unit?: string;
  bound?: Bound;
}

export const measured = (name: string, value: number, unit = ""): Figure => ({ name, value, unit });

export const atMost = (most: number, name: string, value: number, unit = ""): Figure => ({
  ...measured(name, value, unit),
  bound: { atMost: most },
});

export const atLeast = (least: number, name: string, value: number, unit = ""): Figure => ({
  ...measured(name, value, unit),
  bound: { atLeast: least },
});

export const exactly = (expected: number, name: string, value: number): Figure => ({
  ...measured(name, value),
  bound: { exactly: expected },
});

export interface Findings {
  figures: readonly Figure[];
  /** What was made smaller or could not be seen, and what went wrong. */
  notes?: readonly string[];
}

export interface Goal {
  id: string;
  title: string;
  /** In the words of the reliability plan, section 5.3. */
  bound: string;
  run(rig: Rig): Promise<Findings>;
}

/** Whether a figure keeps its bound; undefined without one. What is not a number keeps none. */
export function keepsBound({ value, bound }: Figure): boolean | undefined {
  if (!bound) return undefined;
  if ("atMost" in bound) return value <= bound.atMost;
  return "atLeast" in bound ? value >= bound.atLeast : value === bound.exactly;
}

/** A goal is reached when it has bounds and all of them are kept. */
export const isReached = ({ figures }: Findings): boolean => {
  const verdicts = figures.map(keepsBound).filter((kept) => kept !== undefined);
  return verdicts.length > 0 && verdicts.every((kept) => kept);
};
