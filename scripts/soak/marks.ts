/** Numbers begin anew after so many. */
export const ringSize = 10_000;

/**
 * What stands in each piece of text, so that a lost, doubled or reordered one shows: `~17;`, or `~17@1790000000000000;`
 * with the time it left at, in microseconds since the epoch. JSON and SSE leave its letters alone.
 */
export const mark = (index: number): string => `~${index % ringSize};`;

export const stampedMark = (index: number, micros: number): string =>
  `~${String(index % ringSize).padStart(4, "0")}@${String(micros).padStart(16, "0")};`;

/** The same in all processes of this machine. */
export const nowMicros = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
