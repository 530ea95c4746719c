import { afterAll, describe, expect, test } from "bun:test";
import { APIError as AnthropicAPIError } from "@anthropic-ai/sdk";
import { APIError } from "openai";
import { createRetryBucket } from "../../src/amazonq/recovery/retry.ts";
import type { ScriptedHttpAnswer } from "../../src/simulator/script.ts";
import { accessToken, type Bridge, fixedTokens, startBridge } from "../support/bridge.ts";
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

  test.each(terminal)(
    "that does not pass is not asked again by clients that retry: $row",
    async ({ answer }) => {
      bridge.simulator.script(answer, answer);
      const [, hits] = await upstreamHits(bridge, async () => {
        await askOpenai(bridge, false, 2);
        await askAnthropic(bridge, false, 2);
      });
      expect(hits).toBe(2);
    },
  );

  test.each(failures)("has one sentence of its own, free of markup: $row", async ({ answer }) => {
    bridge.simulator.script(answer);
    const { error } = await askOpenai(bridge, false);
    expect(error).toMatchObject({ message: expect.stringMatching(/^[^<\n]{10,}$/) });
  });

  test("of length begins as the clients expect that compact on it", async () => {
    const answer = refusal(400, "ValidationException", "Input is too long.");
    bridge.simulator.script(answer, answer);
    const { error } = await askOpenai(bridge, false);
    const { apiMessage } = await askAnthropic(bridge, false);
    expect(error).toMatchObject({ message: apiMessage });
    const [, tokens = 0, maximum = 0] =
      /^prompt is too long: (\d+) tokens > (\d+) maximum/.exec(apiMessage ?? "")?.map(Number) ?? [];
    expect(maximum).toBe(200_000);
    expect(tokens).toBeGreaterThan(maximum);
  });

  test("of length goes by the brake, streamed or whole, and no other does", async () => {
    const held: string[] = [];
    const braked = startBridge({ brake: async ({ model }) => void held.push(model) });
    const tooLong = refusal(400, "ValidationException", "Input is too long.");
    braked.simulator.script(tooLong, tooLong, refusal(400, "ValidationException", "Something else."));
    for (const stream of [false, true, false]) await askOpenai(braked, stream);
    await braked.stop();
    expect(held).toEqual([chat.model, chat.model]);
  });

  test("tells neither tokens nor accounts, here or in the log", async () => {
    const told = `Bearer ${accessToken} of User ID (d-906.ada) and ada@example.org, aoaAAAAAAAAAAAAAAAAAAAAAA`;
    const answer = refusal(400, "ValidationException", told);
    bridge.simulator.script(answer, answer);
    const bodies = [
      (await askOpenai(bridge, false)).error,
      (await askAnthropic(bridge, true)).error,
      bridge.log,
    ];
    for (const secret of [accessToken, "d-906.ada", "ada@example.org", "aoaAAAA"])
      expect(JSON.stringify(bodies)).not.toContain(secret);
    expect(JSON.stringify(bodies)).toContain("[token]");
  });

  test("with a very long body is classified by what it says first", async () => {
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

  test.each([true, false])("is answered, as if nothing had been, streamed: %p", async (stream) => {
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

describe("a login that the service refuses", () => {
  test("is renewed once, and the client sees an answer", async () => {
    const stale = startBridge({ tokens: fixedTokens("aoa-stale", accessToken) });
    const [answer, hits] = await upstreamHits(stale, () => openaiClient(stale).chat.completions.create(chat));
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect(hits).toBe(2);
    const [, nextHits] = await upstreamHits(stale, () => anthropicClient(stale).messages.create(message));
    expect(nextHits).toBe(1);
    await stale.stop();
  });

  test.each([true, false])("twice is the person's to mend, streamed: %p", async (stream) => {
    const stale = startBridge({ tokens: fixedTokens("aoa-stale", "aoa-stale-too", accessToken) });
    const [failure, hits] = await upstreamHits(stale, () => askOpenai(stale, stream));
    expect(failure).toMatchObject({ status: 403, type: "permission_error", code: "login_required" });
    expect(retryHeaders(failure.headers)).toEqual({ shouldRetry: "false", retryAfter: null });
    expect(hits).toBe(2);
    await stale.stop();
  });
});

describe("a service that is not there", () => {
  const unused = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const nowhere = startBridge({ endpoint: `http://127.0.0.1:${unused.port}` });
  unused.stop(true);
  afterAll(nowhere.stop);

  test.each([true, false])(
    "is a bad gateway, the bridge having tried again itself, streamed: %p",
    async (stream) => {
      const failure = await askOpenai(nowhere, stream);
      expect(failure).toMatchObject({ status: 502, type: "server_error", code: "upstream_unreachable" });
      expect(retryHeaders(failure.headers)).toEqual({ shouldRetry: "false", retryAfter: null });
      expect(await askAnthropic(nowhere, stream)).toMatchObject({ status: 502, type: "api_error" });
    },
  );
});

describe("an answer that is not the service's", () => {
  test.each(["text/html", "application/json", ""])("is a bad gateway: %s", async (contentType) => {
    const answer = { events: [], contentType };
    bridge.simulator.script(answer, answer);
    expect(await askOpenai(bridge, true)).toMatchObject({ status: 502, code: "upstream_protocol_error" });
    expect(await askAnthropic(bridge, false)).toMatchObject({ status: 502, type: "api_error" });
  });
});
