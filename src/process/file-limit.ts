/** Standard streams, listeners, the login's stores, and refused clients until they have their answer. */
const reserved = 64;

/** Answers that the process has descriptors for: each takes its client's and the service's. */
export const streamsWithin = (files: number): number => Math.max(1, Math.floor((files - reserved) / 2));

/** How many descriptors the process may have, as Linux says; no limit where that is not known. */
export function fileLimit(readFile: (path: string) => string): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFile("/proc/self/limits")) ?? [];
    return Number(soft ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
