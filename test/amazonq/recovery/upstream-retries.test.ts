import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRetryBucket } from "../../../src/amazonq/recovery/retry.ts";
import type { ScriptedAnswer } from "../../../src/simulator/script.ts";
import { streamedInTurn } from "../../faults/support/forms.ts";
import { startRig } from "../../faults/support/rig.ts";
import { fixedTokens } from "../../support/bridge.ts";
import { ending, exception, refusal, stream, text, tool } from "../../support/script.ts";

const staleText = "The bearer token included in the request is invalid.";
const stale = refusal(403, "AccessDeniedException", staleText);
const hello = stream(text("Hello"), ending("END_TURN"));

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

const broken = failures[0] ?? stale;
const unknownConversation = refusal(400, "ValidationException", "No.", "INVALID_CONVERSATION_ID");

const checkFirst = "check network and proxy before sending the request again.";

describe("one incoming request", () => {
  const answers = fc.array(fc.constantFrom(...failures, ...failures, ...final, stale), {
    minLength: 6,
    maxLength: 6,
  });
  /** Around what a retry costs: 5 after throttling, else 14. */
  const levels = fc.constantFrom(0, 4, 5, 13, 14, 18, 19, 28, 500);

  test("causes three requests to the service at most, one with an empty bucket, and one more with a renewed login", async () => {
    const property = fc.asyncProperty(answers, levels, fc.nat(1), async (given, level, index) => {
      const { hits, isRenewed, outcome } = await hitsFor(given, createRetryBucket(level), index);
      const most = (level < 5 ? 1 : 3) + (isRenewed ? 1 : 0);
      expect(hits).toBeWithin(isRenewed ? 2 : 1, most + 1);
      expect(outcome.failure).toBeDefined();
    });
    await fc.assert(property, { numRuns: 50 });
  }, 60_000);

  test("causes that many: a renewal, a repair and a retry", async () => {
    const unknown = unknownConversation;
    expect((await hitsFor([stale, unknown, broken, broken, broken])).hits).toBe(4);
    expect((await hitsFor([broken, stale, broken, unknown, broken])).hits).toBe(4);
    expect((await hitsFor([broken, broken, unknown, broken])).hits).toBe(3);
  });

  test.each(failures.map((failure, index) => [index, failure] as const))(
    "causes one with an empty bucket: failure %d",
    async (index, failure) => {
      const { hits, outcome } = await hitsFor([failure, failure], createRetryBucket(0), index);
      expect(hits).toBe(1);
      expect(outcome.failure).toBeDefined();
    },
  );

  test("is sent again with a renewed login when the bucket is empty, for no one shall sign in again in vain", async () => {
    const bucket = createRetryBucket(0);
    const { hits, outcome } = await hitsFor([stale, hello], bucket);
    expect({ hits, text: outcome.text }).toEqual({ hits: 2, text: "Hello" });
    expect(bucket.level()).toBe(1);
  });

  test("causes that many for each round of a search of the web, which is a question of its own", async () => {
    const rig = startRig();
    const lookUp = stream(tool("tooluse_1", "web_search", '{"query":"bun"}'), ending("TOOL_USE"));
    rig.simulator.script(broken, broken, lookUp, broken, broken, hello);
    const search = { type: "web_search_20250305", name: "web_search" };
    const outcome = await rig.ask({ protocol: "anthropic", stream: true }, { tools: [search] });
    const asked = rig.simulator.requests.filter(({ path }) => path === "/generateAssistantResponse");
    expect({ asked: asked.length, text: outcome.text }).toEqual({ asked: 6, text: "Hello" });
    expect(rig.bucket.level()).toBe(500 - 4 * 14 + 2);
    await rig.stop();
  });

  test.each([
    ["empty", stream(ending("END_TURN")), "change the request or pick another model."],
    ["damaged", stream([{ bytes: new Uint8Array(16) }]), checkFirst],
    ["cut short", stream([{ bytes: new Uint8Array(3) }]), checkFirst],
  ])(
    "whose answers stay %s is not to be sent again as it is, by header and by sentence",
    async (_, failure, advice) => {
      const { outcome } = await hitsFor([failure, failure, failure]);
      expect(outcome).toMatchObject({ status: 502, shouldRetry: "false", retryAfter: null });
      expect(outcome.failure?.message).toEndWith(`; ${advice}`);
    },
  );

  test.each(final)("causes one when nothing can help: %j", async (failure) => {
    expect((await hitsFor([failure])).hits).toBe(1);
  });

  test("costs the bucket as much when it is mended as when it fails in passing, and nothing for a renewal", async () => {
    const bucket = createRetryBucket(100);
    await hitsFor([stale, unknownConversation, hello], bucket);
    expect(bucket.level()).toBe(100 - 14 + 1);
  });
});
