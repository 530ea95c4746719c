/** Failures that may not happen to another request. A glitch either clears up with the second request or never does. */
export type RetryClass = keyof typeof classes;

/** Requests in all, tokens for each after the first, longest wait before the second; as in the AWS SDK's standard mode. */
const classes = {
  transient: { requests: 3, cost: 14, baseMs: 50 },
  glitch: { requests: 2, cost: 14, baseMs: 50 },
  throttling: { requests: 2, cost: 5, baseMs: 1000 },
} as const;

/**
 * Requests that one question to the model may cause, repairs included; with an empty bucket only one. A renewed token
 * adds one more, since a refused token says nothing about the state of the service (fault row 27). Each round
 * of a web search counts as a question of its own.
 */
export const maxRequests = 3;

/** Tokens for sending a changed request. */
export const repairCost = classes.transient.cost;

const fullBucket = 500;

/** Tokens for retries and repairs, shared by all requests: while the service is down, each request is sent only once. */
export interface RetryBucket {
  /** Takes nothing and returns false when there are too few. */
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

/** How far the service's wish may extend a delay. */
const maxStretchMs = 5000;

export type RetryDecision = { delayMs: number } | "no more requests" | "no more tokens";

/** Whether to send a request again that has been sent `requests` times; takes the tokens for it from the bucket. */
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
