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

/** Each round's value to the same round's reference: neighbours in time share the machine's mood. */
export const ratio = (values: readonly number[], references: readonly number[]): Figure =>
  figure(values.map((value, round) => value / (references[round] ?? Number.NaN)));

/** Of the straight line that fits best. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
}
