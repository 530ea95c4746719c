/** The value below which that share of the values lies, between two of them if need be. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface Figure {
  median: number;
  least: number;
  most: number;
  /** In the order in which they were taken. */
  values: readonly number[];
}

/** One figure of several rounds. */
export const figure = (values: readonly number[]): Figure => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
  values,
});
