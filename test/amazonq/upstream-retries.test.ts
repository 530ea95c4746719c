import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRetryBucket } from "../../src/amazonq/retry.ts";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { streamedInTurn } from "../faults/support/forms.ts";
import { startRig } from "../faults/support/rig.ts";
import { fixedTokens } from "../support/bridge.ts";
import { ending, exception, refusal, stream, text } from "../support/script.ts";

const staleText = "The bearer token included in the request is invalid.";
const stale = refusal(403, "AccessDeniedException", staleText);

/** Failures of every kind, in both ways that the service has to say them. */
const failures: readonly ScriptedAnswer[] = [
  refusal(500, "InternalServerException", "Oh."),
  refusal(503, "ServiceUnavailableException", "Later."),
  refusal(429, "ThrottlingException", "Too many requests."),
  refusal(500, "InternalServerException", "Encountered unexpectedly high load."),
  refusal(400, "ValidationException", "No.", "INVALID_CONVERSATION_ID"),
  refusal(400, "ValidationException", "internal validation error"),
  stream(exception("ThrottlingException", "Too many requests.")),
  stream(exception("InternalServerException", "Oh.")),
  stream(exception("ValidationException", "No.", "INVALID_CONVERSATION_ID")),
  stream([{ cut: "reset" }]),
  stream([{ bytes: new Uint8Array(16) }]),
  stream(ending("END_TURN")),
];
const final: readonly ScriptedAnswer[] = [
  refusal(429, "ThrottlingException", "No more.", "MONTHLY_REQUEST_COUNT"),
  refusal(403, "AccessDeniedException", "No.", "TEMPORARILY_SUSPENDED"),
  refusal(400, "ValidationException", "Input is too long."),
];

const tokens = ["aoa-one", "aoa-two", "aoa-three"] as const;

/** How often the service is asked for one request, when these are its answers. */
async function hitsFor(answers: readonly ScriptedAnswer[], bucket = createRetryBucket(), index = 0) {
  const rig = startRig({
    bucket,
    tokens: fixedTokens(...tokens),
    simulator: { accessTokens: tokens },
  });
  rig.simulator.script(...answers);
  const outcome = await rig.ask(streamedInTurn(index));
  const { log } = rig;
  const hits = rig.hits();
  await rig.stop();
  return { hits, outcome, isRenewed: log.some((line) => line.includes("upstream.renew ")) };
}

describe("one incoming request", () => {
  const answers = fc.array(fc.constantFrom(...failures, ...failures, ...final, stale), {
    minLength: 6,
    maxLength: 6,
  });

  test("causes three requests to the service at most, and four with a renewed login", async () => {
    const property = fc.asyncProperty(answers, fc.nat(1), async (given, index) => {
      const { hits, isRenewed, outcome } = await hitsFor(given, createRetryBucket(), index);
      expect(hits).toBeWithin(1, isRenewed ? 5 : 4);
      expect(outcome.failure).toBeDefined();
    });
    await fc.assert(property, { numRuns: 300 });
  }, 20_000);

  test("causes that many: a renewal, a repair and a retry", async () => {
    const [broken = stale] = failures;
    const unknown = refusal(400, "ValidationException", "No.", "INVALID_CONVERSATION_ID");
    expect((await hitsFor([stale, unknown, broken, broken, broken])).hits).toBe(4);
    expect((await hitsFor([broken, stale, broken, unknown, broken])).hits).toBe(4);
    expect((await hitsFor([broken, broken, unknown, broken])).hits).toBe(3);
  });

  test.each(failures.map((failure, index) => [index, failure] as const))(
    "causes one with an empty bucket, unless the request itself can be mended: failure %d",
    async (index, failure) => {
      const isMended = JSON.stringify(failure).includes("INVALID_CONVERSATION_ID");
      const { hits, outcome } = await hitsFor([failure, failure], createRetryBucket(0), index);
      expect(hits).toBe(isMended ? 2 : 1);
      expect(outcome.failure).toBeDefined();
    },
  );

  test.each(final)("causes one when nothing can help: %j", async (failure) => {
    expect((await hitsFor([failure])).hits).toBe(1);
  });

  test("costs the bucket nothing where it is not retried", async () => {
    const bucket = createRetryBucket(100);
    const unknown = refusal(400, "ValidationException", "No.", "INVALID_CONVERSATION_ID");
    await hitsFor([stale, unknown, stream(text("Hello"), ending("END_TURN"))], bucket);
    expect(bucket.level()).toBe(101);
  });
});
