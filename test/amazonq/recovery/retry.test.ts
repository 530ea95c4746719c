import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  createRetryBucket,
  decide,
  maxRequests,
  type Retryable,
  type RetryClass,
} from "../../../src/amazonq/recovery/retry.ts";

/** In the form of the AWS SDK's own cases: what is given, the answers in their order, and what each must lead to. */
interface Case {
  given: { tokens?: number; random?: number };
  responses: readonly {
    response: "success" | Retryable;
    expected: {
      outcome: "done" | "retry" | "no more requests" | "no more tokens";
      delayMs?: number;
      tokens: number;
    };
  }[];
}

const transient: Retryable = { retry: "transient" };
const throttling: Retryable = { retry: "throttling" };
const glitch: Retryable = { retry: "glitch" };
const asking = (waitMs: number): Retryable => ({ ...throttling, waitMs });
const throttled = (response: Retryable, delayMs: number) => [
  { response, expected: { outcome: "retry" as const, delayMs, tokens: 495 } },
];

const cases: Readonly<Record<string, Case>> = {
  "a success leaves a full bucket full": {
    given: {},
    responses: [{ response: "success", expected: { outcome: "done", tokens: 500 } }],
  },
  "a success puts one token back": {
    given: { tokens: 7 },
    responses: [{ response: "success", expected: { outcome: "done", tokens: 8 } }],
  },
  "a passing failure is retried twice, the second time after up to twice as long": {
    given: {},
    responses: [
      { response: transient, expected: { outcome: "retry", delayMs: 50, tokens: 486 } },
      { response: transient, expected: { outcome: "retry", delayMs: 100, tokens: 472 } },
      { response: "success", expected: { outcome: "done", tokens: 473 } },
    ],
  },
  "a failure that does not pass is given up after three requests": {
    given: {},
    responses: [
      { response: transient, expected: { outcome: "retry", delayMs: 50, tokens: 486 } },
      { response: transient, expected: { outcome: "retry", delayMs: 100, tokens: 472 } },
      { response: transient, expected: { outcome: "no more requests", tokens: 472 } },
    ],
  },
  "throttling is retried once, after up to a second": {
    given: {},
    responses: [
      { response: throttling, expected: { outcome: "retry", delayMs: 1000, tokens: 495 } },
      { response: throttling, expected: { outcome: "no more requests", tokens: 495 } },
    ],
  },
  "a glitch is retried once, as soon as a passing failure": {
    given: {},
    responses: [
      { response: glitch, expected: { outcome: "retry", delayMs: 50, tokens: 486 } },
      { response: glitch, expected: { outcome: "no more requests", tokens: 486 } },
    ],
  },
  "throttling after a retry is not retried, for the requests count and not the classes": {
    given: {},
    responses: [
      { response: transient, expected: { outcome: "retry", delayMs: 50, tokens: 486 } },
      { response: throttling, expected: { outcome: "no more requests", tokens: 486 } },
    ],
  },
  "a passing failure after throttling is retried": {
    given: {},
    responses: [
      { response: throttling, expected: { outcome: "retry", delayMs: 1000, tokens: 495 } },
      { response: transient, expected: { outcome: "retry", delayMs: 100, tokens: 481 } },
      { response: transient, expected: { outcome: "no more requests", tokens: 481 } },
    ],
  },
  "chance draws from the whole delay": { given: { random: 0.25 }, responses: throttled(throttling, 250) },
  "a wish below what chance says is granted already": { given: {}, responses: throttled(asking(400), 1000) },
  "a wish above it is granted": { given: { random: 0.5 }, responses: throttled(asking(2000), 2000) },
  "a wish far above it is granted up to five seconds": {
    given: {},
    responses: throttled(asking(60_000), 6000),
  },
  "the bucket's last tokens are spent": {
    given: { tokens: 14 },
    responses: [
      { response: transient, expected: { outcome: "retry", delayMs: 50, tokens: 0 } },
      { response: transient, expected: { outcome: "no more tokens", tokens: 0 } },
    ],
  },
  "with too few tokens nothing is retried, and none is taken": {
    given: { tokens: 13 },
    responses: [{ response: transient, expected: { outcome: "no more tokens", tokens: 13 } }],
  },
  "throttling may still be retried when other failures may not": {
    given: { tokens: 13 },
    responses: [{ response: throttling, expected: { outcome: "retry", delayMs: 1000, tokens: 8 } }],
  },
  "an empty bucket has nothing retried": {
    given: { tokens: 0 },
    responses: [{ response: throttling, expected: { outcome: "no more tokens", tokens: 0 } }],
  },
};

describe("the retry policy", () => {
  test.each(Object.entries(cases))("%s", (_, { given: { tokens, random = 1 }, responses }) => {
    const bucket = createRetryBucket(tokens);
    for (const [index, { response, expected }] of responses.entries()) {
      expect<object>({ ...outcomeOf(response, index + 1), tokens: bucket.level() }).toEqual(expected);
    }

    function outcomeOf(response: "success" | Retryable, requests: number) {
      if (response === "success") {
        bucket.refill();
        return { outcome: "done" as const };
      }
      const decision = decide(response, requests, bucket, () => random);
      return typeof decision === "string"
        ? { outcome: decision }
        : { outcome: "retry" as const, ...decision };
    }
  });

  const classes: readonly RetryClass[] = ["transient", "glitch", "throttling"];
  const failures = fc.array(fc.record({ retry: fc.constantFrom(...classes), waitMs: fc.nat(100_000) }), {
    minLength: 5,
  });

  test("never sends more than three requests nor waits longer than seven seconds, whatever comes", () => {
    fc.assert(
      fc.property(failures, fc.double({ min: 0, max: 1, noNaN: true }), (responses, random) => {
        const bucket = createRetryBucket();
        let requests = 1;
        for (const response of responses) {
          const decision = decide(response, requests, bucket, () => random);
          if (typeof decision === "string") break;
          requests++;
          expect(decision.delayMs).toBeWithin(0, 7000);
        }
        expect(requests).toBeLessThanOrEqual(maxRequests);
      }),
    );
  });

  test("never takes a bucket below zero nor above full", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 14 }))), fc.nat(500), (uses, tokens) => {
        const bucket = createRetryBucket(tokens);
        for (const use of uses) {
          const before = bucket.level();
          if (use === null) bucket.refill();
          else expect(bucket.take(use)).toBe(before >= use);
          expect(bucket.level()).toBeWithin(0, 501);
        }
      }),
    );
  });
});
