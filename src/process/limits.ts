/** The renewal of the login, the list of models, and whatever else is asked of the service besides answers. */
const otherFetches = 8;

/** Answers that the runtime has fetches for. */
export const streamsFetched = (fetches: number): number => Math.max(1, fetches - otherFetches);

/** Bun's limit when it is told none, or none that it understands. */
const unlessTold = 256;

/** How many fetches the runtime has under way at once; the rest wait silently. */
export function fetchLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const told = Number(environment["BUN_CONFIG_MAX_HTTP_REQUESTS"]);
  return Number.isInteger(told) && told > 0 && told <= 65_535 ? told : unlessTold;
}

/** Standard streams, listeners, the login's stores, and refused clients until they have their answer. */
const otherFiles = 64;

/** Answers that the process has descriptors for: each takes its client's and the service's. */
export const streamsWithin = (files: number): number => Math.max(1, Math.floor((files - otherFiles) / 2));

/** How many descriptors the process may have, as Linux says; no limit where that is not known. */
export function fileLimit(readFile: (path: string) => string): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFile("/proc/self/limits")) ?? [];
    return Number(soft ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
