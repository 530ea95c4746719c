/** The renewal of the login, the list of models, and whatever else is asked of the service besides answers. */
const reserved = 8;

/** Answers that the runtime has fetches for. */
export const streamsFetched = (fetches: number): number => Math.max(1, fetches - reserved);

/** What Bun takes for its limit where it is told none, or none that it knows. */
const unlessTold = 256;

/** How many fetches the runtime has under way at once; the rest wait unheard of. */
export function fetchLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const told = Number(environment["BUN_CONFIG_MAX_HTTP_REQUESTS"]);
  return Number.isInteger(told) && told > 0 && told <= 65_535 ? told : unlessTold;
}
