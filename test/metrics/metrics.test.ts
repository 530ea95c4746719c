import { afterEach, describe, expect, test } from "bun:test";
import { createRetryBucket } from "../../src/amazonq/recovery/retry.ts";
import { post } from "../faults/support/forms.ts";
import { startRig } from "../faults/support/rig.ts";
import { type Bridge, type BridgeOptions, eventually, startBridge } from "../support/bridge.ts";
import { ending, metadata, refusal, stream, text } from "../support/script.ts";
import { startServer } from "../support/server.ts";
import { stopAfter } from "../support/stop-after.ts";
import { figure, readExposition } from "./exposition.ts";

const kept = stopAfter(afterEach);
const bridge = (options: BridgeOptions = {}): Bridge => kept(startBridge(options));

const metricsOf = async (url: string) => readExposition(await (await fetch(`${url}/metrics`)).text());

const openai = { protocol: "openai", stream: true } as const;
const anthropic = { protocol: "anthropic", stream: false } as const;
const usage = { uncachedInputTokens: 12, outputTokens: 3, cacheReadInputTokens: 5, cacheWriteInputTokens: 2 };

describe("GET /metrics", () => {
  test("counts requests by route, protocol and status, their tokens and their price", async () => {
    const { url, simulator } = bridge();
    const answer = stream(text("Hi"), metadata({ tokenUsage: usage }), ending("END_TURN"));
    simulator.script(answer, answer, answer);
    await (await post(url, openai)).text();
    await (await post(url, openai)).text();
    await (await post(url, anthropic)).text();
    await fetch(`${url}/v1/models/none`);
    await fetch(`${url}/nowhere/${"x".repeat(100)}`);

    const families = await metricsOf(url);
    const requests = families
      .get("aqbridge_requests_total")
      ?.samples.map(({ labels, value }) => [labels, value]);
    expect(requests).toEqual([
      [{ route: "/v1/chat/completions", protocol: "openai", status: "200" }, 2],
      [{ route: "/v1/messages", protocol: "anthropic", status: "200" }, 1],
      [{ route: "/v1/models/*", protocol: "none", status: "404" }, 1],
      [{ route: "none", protocol: "none", status: "404" }, 1],
    ]);
    const tokens = (kind: string) => figure(families, "aqbridge_tokens_total", { kind });
    expect(["input", "output", "cache_read", "cache_write"].map(tokens)).toEqual([36, 9, 15, 6]);
    expect(figure(families, "aqbridge_credits_total")).toBe(0.75);
    expect(figure(families, "aqbridge_upstream_requests_total")).toBe(3);
    expect(figure(families, "aqbridge_upstream_retries_total")).toBe(0);
    expect(figure(families, "aqbridge_errors_total", { class: "not-found" })).toBe(1);
    for (const name of ["aqbridge_first_event_seconds_count", "aqbridge_request_seconds_count"]) {
      expect(figure(families, name, { protocol: "openai" })).toBe(2);
      expect(figure(families, name, { protocol: "anthropic" })).toBe(1);
    }
  });

  test("counts what failed by class, and each request that a retry cost", async () => {
    const { url, simulator } = bridge({ bucket: createRetryBucket(), random: () => 0 });
    simulator.script(
      refusal(503, "ServiceUnavailableException", "no"),
      refusal(400, "ValidationException", "bad"),
    );
    expect((await post(url, anthropic)).status).toBe(400);
    const families = await metricsOf(url);
    expect(figure(families, "aqbridge_upstream_requests_total")).toBe(2);
    expect(figure(families, "aqbridge_upstream_retries_total")).toBe(1);
    expect(figure(families, "aqbridge_errors_total", { class: "invalid-request" })).toBe(1);
  });

  test("shows what is open, and that nothing is when all have left", async () => {
    const { url, simulator } = bridge();
    simulator.script(...[1, 2, 3].map(() => stream(text("Hi"), { pauseMs: 60_000 }, ending())));
    const leave = new AbortController();
    const answers = await Promise.all([1, 2, 3].map(() => post(url, openai, {}, leave.signal)));
    const during = await metricsOf(url);
    expect(figure(during, "aqbridge_open_streams")).toBe(3);
    expect(figure(during, "aqbridge_open_requests")).toBe(4);
    for (const answer of answers)
      answer.body
        ?.getReader()
        .read()
        .catch(() => {});
    leave.abort();
    await eventually(() => simulator.openRequests() === 0);
    const after = await metricsOf(url);
    expect(figure(after, "aqbridge_open_streams")).toBe(0);
    expect(figure(after, "aqbridge_open_requests")).toBe(1);
    expect(figure(after, "aqbridge_clients_gone_total")).toBe(3);
  });

  test("measures the first event and the end by the clock", async () => {
    const rig = kept(startRig());
    rig.simulator.script(stream({ pauseMs: 12_000 }, text("Hi"), { pauseMs: 30_000 }, ending("END_TURN")));
    const asked = post(rig.url, openai);
    await eventually(() => rig.hits() === 1 && rig.clock.waiting() > 1);
    rig.clock.advance(12_000);
    const answer = await asked;
    rig.clock.advance(30_000);
    await answer.text();
    const families = await metricsOf(rig.url);
    expect(figure(families, "aqbridge_first_event_seconds_sum")).toBe(12);
    expect(figure(families, "aqbridge_request_seconds_sum")).toBe(42);
    expect(figure(families, "aqbridge_request_seconds_bucket", { le: "40" })).toBe(0);
    expect(figure(families, "aqbridge_request_seconds_bucket", { le: "80" })).toBe(1);
  });

  test("stands behind the same doors as all else", async () => {
    const server = kept(startServer({ config: { apiKey: "a-key-of-16-bytes" } }));
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/metrics`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer a-key-of-16-bytes" })).toBe(200);
    expect(await status({ authorization: "Bearer a-key-of-16-bytes", origin: "https://evil.example" })).toBe(
      403,
    );
  });

  test("leaves no request open, however it ends", async () => {
    const server = kept(startServer());
    const json = { "content-type": "application/json" };
    const ways: [string, RequestInit][] = [
      ["/", {}],
      ["/", { method: "HEAD" }],
      ["/health", {}],
      ["/v1/models", {}],
      ["/v1/models/none", {}],
      ["/nowhere", {}],
      ["/v1/messages", { method: "DELETE" }],
      ["/v1/messages", { method: "OPTIONS", headers: { origin: "http://localhost:3000" } }],
      ["/v1/messages", { method: "POST", headers: { host: "evil.example" } }],
      ["/v1/messages", { method: "POST", headers: json, body: "{" }],
      ["/v1/messages", { method: "POST", headers: json, body: "{}" }],
      ["/v1/messages/count_tokens", { method: "POST", headers: json, body: '{"model":"m","messages":[]}' }],
      ["/v1/chat/completions", { method: "POST", body: "a=b" }],
      ["/credentials", {}],
      ["/credentials", { method: "POST", headers: json, body: "{}" }],
      ["/test/token", {}],
      ["/v1/responses/none", {}],
      ["/v1/responses/none", { method: "DELETE" }],
    ];
    for (const [path, init] of ways) await (await fetch(server.url + path, init)).text();
    const families = await metricsOf(server.url);
    expect(figure(families, "aqbridge_open_requests")).toBe(1);
    const counted = families
      .get("aqbridge_requests_total")
      ?.samples.reduce((sum, { value }) => sum + value, 0);
    expect(counted).toBe(ways.length);
  });
});
