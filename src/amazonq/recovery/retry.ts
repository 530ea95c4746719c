/** Failures that another request may not meet. A glitch is one that a second request either clears up or never will. */
export type RetryClass = keyof typeof classes;

/** Requests in all, tokens for each one after the first, and the longest wait before the second: the AWS SDK's standard mode. */
const classes = {
  transient: { requests: 3, cost: 14, baseMs: 50 },
  glitch: { requests: 2, cost: 14, baseMs: 50 },
  throttling: { requests: 2, cost: 5, baseMs: 1000 },
} as const;

/**
 * Requests that one question to the model may cause, repairs included; with an empty bucket it is one. A renewed token
 * adds one to either, for that the old one was refused says nothing of how the service fares (fault row 27). Each round
 * of a web search is a question of its own.
 */
export const maxRequests = 3;

/** Tokens for a request that is sent again changed. */
export const repairCost = classes.transient.cost;

const fullBucket = 500;

/** Tokens that retries and repairs cost, shared by all requests: while the service is down for everyone, each asks it only once. */
export interface RetryBucket {
  /** False, and nothing is taken, when there are too few. */
  take(tokens: number): boolean;
  /** A success puts one token back. */
  refill(): void;
  level(): number;
}

export function createRetryBucket(tokens = fullBucket): RetryBucket {
  let level = tokens;
  return {
    take(cost) {
      if (level < cost) return false;
      level -= cost;
      return true;
    },
    refill() {
      level = Math.min(fullBucket, level + 1);
    },
    level: () => level,
  };
}

export interface Retryable {
  retry: RetryClass;
  /** How long the service asks to wait. */
  waitMs?: number;
}

/** How far the service's wish may draw a delay out. */
const maxStretchMs = 5000;

export type RetryDecision = { delayMs: number } | "no more requests" | "no more tokens";

/** Whether to send a request once more after it has been sent `requests` times; a delay costs the bucket its tokens. */
export function decide(
  { retry, waitMs = 0 }: Retryable,
  requests: number,
  bucket: RetryBucket,
  random: () => number,
): RetryDecision {
  const { requests: most, cost, baseMs } = classes[retry];
  if (requests >= most) return "no more requests";
  if (!bucket.take(cost)) return "no more tokens";
  const jitteredMs = random() * baseMs * 2 ** (requests - 1);
  return { delayMs: Math.min(Math.max(jitteredMs, waitMs), jitteredMs + maxStretchMs) };
}
