import { afterEach, describe, expect, test } from "bun:test";
import { type JsonObject, parseJson, parseJsonObject } from "../../src/json.ts";
import { post } from "../faults/support/forms.ts";
import { type BridgeOptions, eventually, startBridge } from "../support/bridge.ts";
import { manualClock } from "../support/manual-clock.ts";
import { rawAnswer } from "../support/raw-client.ts";
import { ending, metadata, refusal, stream, text } from "../support/script.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function bridge(options: BridgeOptions = {}) {
  const started = startBridge(options);
  stops.push(started.stop);
  const ends = (): JsonObject[] => started.log.filter((line) => line.includes(" req.end ")).map(fieldsOf);
  return { ...started, ends };
}

/** The fields of a line, their values as JSON has them where they can be read so. */
function fieldsOf(line: string): JsonObject {
  const [, level, event, rest = ""] = /^\S+ (\w+) +(\S+)(.*)$/s.exec(line) ?? [];
  const pairs = [...rest.matchAll(/ ([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)/g)];
  const fields = pairs.map(([, name, text = ""]) => [name, parseJson(text) ?? text]);
  return parseJsonObject(JSON.stringify({ level, event, ...Object.fromEntries(fields) })) ?? {};
}

const usage = { uncachedInputTokens: 12, outputTokens: 3, cacheReadInputTokens: 5, cacheWriteInputTokens: 0 };

describe("a request's line", () => {
  test("has all that the reliability plan wants to know", async () => {
    const clock = manualClock();
    const { url, simulator, ends, log } = bridge({ clock });
    simulator.script(
      stream(text("Hi"), { pauseMs: 700 }, metadata({ tokenUsage: usage }), ending("END_TURN")),
    );
    const response = await post(url, { protocol: "openai", stream: true });
    clock.advance(700);
    const body = await response.text();
    const [upstreamId] = log.join("").match(/(?<=up_rid=)\S+/) ?? [];
    expect(ends()).toEqual([
      {
        level: "info",
        event: "req.end",
        rid: response.headers.get("x-request-id") ?? "",
        route: "/v1/chat/completions",
        proto: "openai",
        model: "claude-sonnet-4.5",
        stream: true,
        status: 200,
        ms: 700,
        in_b: expect.any(Number),
        end: "ok",
        ttfb_ms: 0,
        out_b: Buffer.byteLength(body),
        frames: 5,
        attempts: 1,
        up_status: 200,
        up_rid: expect.any(String),
        in_tokens: 17,
        out_tokens: 3,
      },
    ]);
    expect(upstreamId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("of a refusal has the service's status and its names for it, and none of its words", async () => {
    const { url, simulator, ends } = bridge();
    simulator.script(refusal(400, "ValidationException", "Improperly formed request."));
    await post(url, { protocol: "anthropic", stream: true });
    expect(ends()).toMatchObject([
      {
        level: "warn",
        proto: "anthropic",
        status: 400,
        end: "error",
        class: "invalid-request",
        attempts: 1,
        up_status: 400,
        up_type: "ValidationException",
      },
    ]);
    expect(JSON.stringify(ends())).not.toContain("Improperly");
  });

  test.each([
    ["before the first word", stream({ pauseMs: 60_000 }, text("Hi")), 499],
    ["in the middle", stream(text("Hi"), { pauseMs: 60_000 }, ending()), 200],
  ])("of a client that left %s says so", async (_, answer, status) => {
    const { url, simulator, ends } = bridge();
    simulator.script(answer);
    const leave = new AbortController();
    const asked = post(url, { protocol: "openai", stream: true }, {}, leave.signal);
    if (status === 200) await (await asked).body?.getReader().read();
    else await eventually(() => simulator.requests.length === 1);
    leave.abort();
    await asked.catch(() => {});
    await eventually(() => ends().length === 1);
    expect(ends()).toMatchObject([{ level: "info", end: "gone", status }]);
  });

  test("of a request that reached no model has its route, and its pattern where clients choose the path", async () => {
    const { url, ends } = bridge();
    const json = { method: "POST", headers: { "content-type": "application/json" } };
    await fetch(`${url}/v1/messages/count_tokens`, {
      ...json,
      body: '{"model":"m","messages":[{"role":"user","content":"Hi"}]}',
    });
    await fetch(`${url}/v1/models/a-private-name`);
    await fetch(`${url}/nowhere`);
    await fetch(`${url}/v1/messages`);
    expect(ends()).toMatchObject([
      { level: "info", route: "/v1/messages/count_tokens", status: 200, end: "ok" },
      { level: "warn", route: "/v1/models/*", method: "GET", status: 404, end: "error", class: "model" },
      { level: "info", route: "/nowhere", method: "GET", status: 404, class: "not-found" },
      { level: "info", route: "/v1/messages", method: "GET", status: 405, class: "method-not-allowed" },
    ]);
  });

  test("has little of what a client has made up, and nothing that drives a terminal", async () => {
    const { url, ends, log } = bridge();
    const key = `sk-${"k".repeat(48)}`;
    await fetch(`${url}/v1/${key}/chat?key=${key}`);
    await fetch(`${url}/${"step/".repeat(1_000)}`);
    await post(url, { protocol: "openai", stream: false }, { model: `\u009b2J\n${"m".repeat(1_000)}` });
    const [withKey, long, named] = ends();
    expect(withKey).toMatchObject({ route: "/v1/…/chat" });
    expect(long).toMatchObject({ route: `/${"step/".repeat(1_000)}`.slice(0, 100).concat("…") });
    expect(named).toMatchObject({ model: ` 2J ${"m".repeat(96)}…` });
    expect(log.join("")).not.toContain(key);
    expect(log.join("")).not.toMatch(/\u009b|m{101}/);
  });

  test("of a request that was not let in has no more of its path and its host", async () => {
    const { url, log } = bridge();
    const key = "k".repeat(48);
    const host = `evil\u009b${"e".repeat(1_000)}`;
    await rawAnswer(url, `GET /v1/${key}?key=${key} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const lines = log.filter((line) => line.includes(" sec.host ") || line.includes(" req.end "));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(/ route=\/v1\/… /);
      expect(line).toMatch(/ cause="Host: evil[^\u0080-\u009f]+e…"/);
      expect(line.length).toBeLessThan(400);
    }
  });

  test("of a redirect in the service's place tells where that led", async () => {
    const { url, simulator, ends } = bridge();
    const location = "https://ada:private@portal.test/login?state=private";
    simulator.script({ status: 307, headers: { location } });
    await post(url, { protocol: "openai", stream: true });
    expect(ends()).toMatchObject([
      { level: "error", status: 502, class: "protocol", cause: "redirected to portal.test (307)" },
    ]);
    expect(JSON.stringify(ends())).not.toContain("private");
  });

  test("of what monitors ask all the time is for debugging", async () => {
    const { url, ends } = bridge();
    for (const path of ["/health", "/metrics", "/v1/models"]) await fetch(url + path);
    expect(ends().map(({ level }) => level)).toEqual(["debug", "debug", "debug"]);
  });

  test("is left out, unless it failed, where the person does not want answers logged", async () => {
    const { url, simulator, ends } = bridge({ config: { logResponses: false } });
    simulator.script(stream(text("Hi"), ending("END_TURN")), refusal(400, "ValidationException", "no"));
    for (let index = 0; index < 2; index++)
      await (await post(url, { protocol: "openai", stream: true })).text();
    expect(ends()).toMatchObject([{ end: "error" }]);
  });

  test("never has a word of what was said", async () => {
    const { url, simulator, log } = bridge();
    simulator.script(stream(text("canary-answer"), ending("END_TURN")));
    const messages = [{ role: "user", content: "canary-question" }];
    await (await post(url, { protocol: "openai", stream: true }, { messages, user: "canary-user" })).text();
    expect(log.join("")).not.toContain("canary");
  });
});
