import { afterAll, describe, expect, test } from "bun:test";
import { APIError as AnthropicAPIError } from "@anthropic-ai/sdk";
import { APIError } from "openai";
import { createRetryBucket } from "../../src/amazonq/recovery/retry.ts";
import type { ScriptedHttpAnswer } from "../../src/simulator/script.ts";
import { type Bridge, startBridge } from "../support/bridge.ts";
import { ending, refusal, stream as scripted, text } from "../support/script.ts";
import { failures } from "./failures.ts";
import { anthropicClient, chat, failureOf, message, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);

const askOpenai = async (from: Bridge, stream: boolean, maxRetries = 0) => {
  const failure = await failureOf(
    openaiClient(from, { maxRetries }).chat.completions.create({ ...chat, stream }),
  );
  if (failure instanceof APIError) return failure;
  throw failure;
};
const askAnthropic = async (from: Bridge, stream: boolean, maxRetries = 0) => {
  const failure = await failureOf(
    anthropicClient(from, { maxRetries }).messages.create({ ...message, stream }),
  );
  if (failure instanceof AnthropicAPIError) return failure;
  throw failure;
};

/** How many requests reach the service while something is done. */
async function upstreamHits<T>({ simulator }: Bridge, use: () => Promise<T>): Promise<[T, number]> {
  const before = simulator.requests.length;
  const result = await use();
  return [result, simulator.requests.length - before];
}

const retryHeaders = (headers: Headers | undefined) => ({
  shouldRetry: headers?.get("x-should-retry"),
  retryAfter: headers?.get("retry-after"),
});

/** The SDKs' own classes by status; what they have none for is a plain APIError or InternalServerError. */
const openaiClass = (status: number) =>
  ({ 400: "BadRequestError", 403: "PermissionDeniedError", 404: "NotFoundError", 429: "RateLimitError" })[
    status
  ] ?? (status >= 500 ? "InternalServerError" : "APIError");
const anthropicClass = (status: number) =>
  ({
    400: "BadRequestError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    413: "ContentTooLargeError",
    429: "RateLimitError",
    500: "InternalServerError",
    529: "OverloadedError",
  })[status];

describe.each(failures)("$row", ({ answer, openai, anthropic, retryAfter }) => {
  const script = () => bridge.simulator.script(answer);
  const retry = {
    shouldRetry: String(retryAfter !== undefined),
    retryAfter: retryAfter === undefined ? null : String(retryAfter),
  };

  test.each([
    ["streamed", true],
    ["whole", false],
  ] as const)("is openai's error, %s", async (_, stream) => {
    script();
    const [failure, hits] = await upstreamHits(bridge, () => askOpenai(bridge, stream));
    const [status, type, code] = openai;
    expect(failure).toMatchObject({ status, type, code });
    expect(failure.constructor.name).toBe(openaiClass(status));
    expect(retryHeaders(failure.headers)).toEqual(retry);
    expect(failure.requestID).toMatch(/^req_/);
    expect(hits).toBe(1);
  });

  test.each([
    ["streamed", true],
    ["whole", false],
  ] as const)("is anthropic's error, %s", async (_, stream) => {
    script();
    const [failure, hits] = await upstreamHits(bridge, () => askAnthropic(bridge, stream));
    const [status, type] = anthropic;
    expect(failure).toMatchObject({
      status,
      error: { type: "error", error: { type }, request_id: failure.requestID },
    });
    expect(failure.constructor.name).toBe(anthropicClass(status) ?? "InternalServerError");
    expect(retryHeaders(failure.headers)).toEqual(retry);
    expect(failure.requestID).toMatch(/^req_/);
    expect(failure.headers?.get("x-request-id")).toBe(failure.requestID ?? "");
    expect(hits).toBe(1);
  });
});

describe("a failure", () => {
  const terminal = failures.filter(({ retryAfter }) => retryAfter === undefined);

  test.each(terminal)("that does not pass by itself is not retried by clients: $row", async ({ answer }) => {
    bridge.simulator.script(answer, answer);
    const [, hits] = await upstreamHits(bridge, async () => {
      await askOpenai(bridge, false, 2);
      await askAnthropic(bridge, false, 2);
    });
    expect(hits).toBe(2);
  });

  test.each(failures)("has one sentence of its own, free of markup: $row", async ({ answer }) => {
    bridge.simulator.script(answer);
    const { error } = await askOpenai(bridge, false);
    expect(error).toMatchObject({ message: expect.stringMatching(/^[^<\n]{10,}$/) });
  });

  test("of length passes the brake, streamed or whole, and no other does", async () => {
    const held: string[] = [];
    const braked = startBridge({ brake: async ({ model }) => void held.push(model) });
    const tooLong = refusal(400, "ValidationException", "Input is too long.");
    braked.simulator.script(tooLong, tooLong, refusal(400, "ValidationException", "Something else."));
    for (const stream of [false, true, false]) await askOpenai(braked, stream);
    await braked.stop();
    expect(held).toEqual([chat.model, chat.model]);
  });

  test("with a very long body is classified by its beginning", async () => {
    const answer: ScriptedHttpAnswer = { status: 503, body: "x".repeat(10_000_000) };
    bridge.simulator.script(answer);
    expect(await askOpenai(bridge, false)).toMatchObject({ status: 503, code: "server_overloaded" });
  });
});

describe("a refused request that can be repaired", () => {
  const refused = refusal(400, "ValidationException", "Invalid conversation.", "INVALID_CONVERSATION_ID");
  const mending = startBridge({ bucket: createRetryBucket() });
  afterAll(mending.stop);
  const conversationIds = () =>
    mending.simulator.requests
      .slice(-2)
      .map(({ body }) => /"conversationId":"([^"]+)"/.exec(JSON.stringify(body))?.[1]);

  test.each([true, false])("is answered as if nothing had happened, streamed: %p", async (stream) => {
    mending.simulator.script(refused, scripted(text("Hello"), ending("END_TURN")));
    const [answer, hits] = await upstreamHits(mending, async () =>
      (await post(mending, "/v1/chat/completions", { ...chat, stream })).text(),
    );
    expect(answer).toContain('"content":"Hello"');
    expect(answer).not.toContain("error");
    expect(hits).toBe(2);
    const [first, second] = conversationIds();
    expect(second).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(second).not.toBe(first);
  });
});
