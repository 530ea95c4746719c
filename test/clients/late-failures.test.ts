import { afterAll, describe, expect, test } from "bun:test";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { exception, refusal, stream, text } from "../support/script.ts";
import { openaiClient } from "./rig.ts";

const clock = manualClock();
const bridge = startBridge({ clock });
afterAll(bridge.stop);
const { responses } = openaiClient(bridge);

const refused = (status: number, type: string, message: string, reason?: string) => ({
  ...refusal(status, type, message, reason),
  delayMs: 20_000,
});
const broken = (name: string, message: string) => stream(text("Half"), exception(name, message));

/** What Codex does with each code: it stops at once, or asks again. */
const cases: readonly [name: string, answer: ScriptedAnswer, code: string][] = [
  ["an overflow", refused(400, "ValidationException", "Input is too long."), "context_length_exceeded"],
  ["a body too large", { status: 413, delayMs: 20_000 }, "context_length_exceeded"],
  [
    "a quota that is used up",
    refused(402, "ServiceQuotaExceededException", "limit", "MONTHLY_REQUEST_COUNT"),
    "insufficient_quota",
  ],
  [
    "an hour's credits that are used up",
    refused(429, "ThrottlingException", "60-minute credit limit exceeded"),
    "insufficient_quota",
  ],
  ["a refused login", { status: 401, delayMs: 20_000 }, "invalid_prompt"],
  ["a lack of rights", refused(403, "AccessDeniedException", "Not you."), "invalid_prompt"],
  ["an unknown model", refused(400, "ValidationException", "No.", "INVALID_MODEL_ID"), "invalid_prompt"],
  ["an invalid request", refused(400, "ValidationException", "Improperly formed request."), "invalid_prompt"],
  ["throttling", refused(429, "ThrottlingException", "Too many requests."), "rate_limit_exceeded"],
  [
    "a lack of capacity",
    refused(429, "ThrottlingException", "High traffic.", "INSUFFICIENT_MODEL_CAPACITY"),
    "server_error",
  ],
  ["a fault", refused(500, "InternalServerException", "Oh."), "server_error"],
  [
    "an overflow in mid-stream",
    broken("ValidationException", "Input is too long."),
    "context_length_exceeded",
  ],
  ["a fault in mid-stream", broken("internalServerException", "Oh."), "server_error"],
];

/** The last event of a streamed answer, time passing once its first sign of life is there. */
async function lastEvent(answer: ScriptedAnswer) {
  bridge.simulator.script(answer);
  const opened = responses.create({ model: "auto", input: "Hi", stream: true });
  const isLate = "delayMs" in answer;
  // The simulator, the watch over the service, the heartbeat.
  if (isLate) {
    await until(() => clock.waiting() === 3);
    clock.advance(15_000);
  }
  const events = await opened;
  if (isLate) {
    await until(() => clock.waiting() >= 2);
    clock.advance(5_000);
  }
  return (await Array.fromAsync(events)).at(-1);
}

describe("a response that fails after its first byte", () => {
  test.each(cases)("says by its code whether to ask again: %s", async (_, answer, code) => {
    expect(await lastEvent(answer)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code, message: expect.stringMatching(/^.{10,}$/) } },
    });
  });

  test("says in words how long to wait, where Codex looks for it", async () => {
    const throttled = {
      ...refused(429, "ThrottlingException", "Slow down."),
      headers: { "retry-after": "7" },
    };
    const last = await lastEvent(throttled);
    expect(JSON.stringify(last)).toMatch(/try again in 7 ?s/i);
  });
});
