import { afterEach, describe, expect, test } from "bun:test";
import { createWebSearch, type WebSearchOptions } from "../../src/amazonq/web-search.ts";
import type { TokenSource } from "../../src/auth/token-source.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { createLog } from "../../src/log.ts";
import { startSimulator } from "../../src/simulator/listen.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator.ts";
import type { SearchOutcome } from "../../src/turn/web-search.ts";
import { fixedTokens } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { refusal } from "../support/script.ts";
import { stopAfter } from "../support/stop-after.ts";

const accessToken = "aoa-search-token";
const profileArn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";

const kept = stopAfter(afterEach);

function rig(options: Partial<WebSearchOptions> = {}, simulated: SimulatorOptions = {}) {
  const clock = manualClock();
  const service = kept(startSimulator({ accessTokens: [accessToken], clock, ...simulated }));
  const log: string[] = [];
  let ids = 0;
  const searcher = createWebSearch({
    fetch: createSecureFetch({ caCertificates: [], verify: true }),
    tokens: fixedTokens(accessToken),
    endpoint: () => service.url,
    userAgent: "aqbridge/test",
    mask: (text) => text,
    optsOutOfSharing: async () => true,
    profileArn: undefined,
    clock,
    log: createLog({ level: "debug", maxLength: 500, write: (line) => log.push(line), now: clock.now }),
    newId: () => `id${++ids}`,
    ...options,
  });
  const search = (query = "bun", signal = new AbortController().signal) =>
    searcher.search(query, { signal, requestId: "req_1" });
  return { ...service, clock, log, searcher, search };
}

const unavailable: SearchOutcome = { type: "failed", reason: "unavailable" };
const rpc = (member: object) => ({ status: 200, body: { jsonrpc: "2.0", id: "1", ...member } });
const texts = (text: string, isError = false) =>
  rpc({ result: { content: [{ type: "text", text }], isError } });

describe("a search", () => {
  test("is the service's own, with the profile in header and body, and finds pages with their dates", async () => {
    const { search, simulator } = rig({ profileArn }, { requireProfileArn: true });
    expect(await search("bun")).toMatchObject({
      type: "found",
      results: [
        { url: "https://example.com/about?q=bun", title: "About bun, by example.com", pageAge: null },
        { url: "https://example.org/about?q=bun", pageAge: "January 30, 2026" },
        { url: "https://docs.example.net/about?q=bun", pageAge: "January 29, 2026" },
      ],
    });
    expect(simulator.requests).toMatchObject([
      {
        method: "POST",
        path: "/mcp",
        query: "",
        headers: {
          authorization: `Bearer ${accessToken}`,
          "content-type": "application/json",
          "user-agent": "aqbridge/test",
          "x-amzn-codewhisperer-optout": "true",
          "x-amzn-kiro-profile-arn": profileArn,
        },
        body: {
          jsonrpc: "2.0",
          id: "web_search_tooluse_id1",
          method: "tools/call",
          params: { name: "web_search", arguments: { query: "bun" } },
          profileArn,
        },
      },
    ]);
  });

  test("names no profile for a login that has none, and an API key for what it is", async () => {
    const tokens: TokenSource = {
      ...fixedTokens(accessToken),
      get: async () => ({ value: accessToken, expiresAt: null, profileArn: undefined, type: "API_KEY" }),
    };
    const { search, simulator } = rig({ tokens });
    expect(await search()).toMatchObject({ type: "found" });
    const [request] = simulator.requests;
    expect(request?.headers).toMatchObject({ tokentype: "API_KEY" });
    expect(JSON.stringify(request)).not.toContain("rofile");
  });

  test("is sent again once with a renewed token", async () => {
    const { search, simulator } = rig({ tokens: fixedTokens("aoa-stale", accessToken) });
    expect(await search()).toMatchObject({ type: "found" });
    expect(simulator.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer aoa-stale",
      `Bearer ${accessToken}`,
    ]);
  });

  test("keeps of an answer what is a page, whatever else it holds", async () => {
    const { search, simulator } = rig();
    const results = [
      null,
      { title: "no address" },
      { url: "javascript:alert(1)", title: "no page" },
      { url: "https://a.example/", publishedDate: "2026-01-02T03:04:05Z", snippet: null, more: {} },
      { url: "https://b.example/", title: "B", snippet: "b", publishedDate: "long ago" },
      { url: "https://c.example/", title: "C", snippet: "c", publishedDate: { year: 2026 } },
    ];
    simulator.scriptSearch(texts(JSON.stringify({ results })));
    expect(await search()).toEqual({
      type: "found",
      results: [
        { url: "https://a.example/", title: "https://a.example/", snippet: "", pageAge: "January 2, 2026" },
        { url: "https://b.example/", title: "B", snippet: "b", pageAge: null },
        { url: "https://c.example/", title: "C", snippet: "c", pageAge: null },
      ],
    });
  });

  test("is logged without a word of what it is for", async () => {
    const { search, simulator, log } = rig();
    await search("secret plans");
    simulator.scriptSearch(refusal(500, "InternalServerException", "Oh."));
    await search("secret plans");
    expect(log).toEqual([expect.stringContaining("results=3"), expect.stringContaining("class=upstream")]);
    expect(log.join("")).not.toContain("plans");
  });
});

describe("a search that fails is told as one, and", () => {
  const passing = {
    "the service fails": refusal(500, "InternalServerException", "Oh."),
    "the service has no room": refusal(503, "ServiceUnavailableException", "Later."),
    "the request is thought faulty": refusal(400, "ValidationException", "Improperly formed request."),
    "the tool fails": texts("no index", true),
    "the tool finds what is no JSON": texts("<html>"),
    "the tool finds no list": texts('{"error":"x"}'),
    "the answer has an error": rpc({ error: { code: -32602, message: "Invalid params" } }),
    "the answer has nothing": rpc({}),
    "the answer is a page": { status: 200, body: "<html>" },
    "the answer is empty": { status: 200 },
    "the answer is endless": texts("x".repeat(300_000)),
    "the answer is a redirect": { status: 302, headers: { location: "https://example.com/" } },
  };
  test.each(Object.entries(passing))("the next one is tried when %s", async (_, answer) => {
    const { search, searcher, simulator } = rig();
    simulator.scriptSearch(answer);
    expect(await search()).toEqual(unavailable);
    expect(searcher.isOffered()).toBe(true);
    expect(await search()).toMatchObject({ type: "found" });
  });

  const lasting = {
    "the operation is not known": refusal(404, "UnknownOperationException", "The operation is not known."),
    "the method is not allowed": { status: 405, body: "" },
    "the login may not": refusal(403, "AccessDeniedException", "User is not authorized to make this call."),
    "a profile is wanted": refusal(400, "ValidationException", "profileArn is required for this request."),
    "there is no such tool": rpc({ error: { code: -32601, message: "Method not found" } }),
  };
  test.each(Object.entries(lasting))("none is offered for ten minutes when %s", async (_, answer) => {
    const { search, searcher, simulator, clock } = rig();
    simulator.scriptSearch(answer);
    expect(await search()).toEqual(unavailable);
    expect(searcher.isOffered()).toBe(false);
    clock.advance(10 * 60_000 - 1);
    expect(searcher.isOffered()).toBe(false);
    clock.advance(1);
    expect(searcher.isOffered()).toBe(true);
  });

  test("says that there were too many", async () => {
    const { search, simulator } = rig();
    simulator.scriptSearch(refusal(429, "ThrottlingException", "Too many requests."));
    expect(await search()).toEqual({ type: "failed", reason: "rate-limit" });
  });

  test("says nothing else of a login that is gone", async () => {
    const { search, searcher, log } = rig({ tokens: fixedTokens("aoa-stale") });
    expect(await search()).toEqual(unavailable);
    expect(searcher.isOffered()).toBe(true);
    expect(log).toEqual([expect.stringContaining("class=login")]);
  });

  test("is given up after twenty seconds", async () => {
    const { search, simulator, clock, openRequests } = rig();
    simulator.scriptSearch({ ...texts("{}"), delayMs: 60_000 });
    const outcome = search();
    await until(() => clock.waiting() === 2);
    clock.advance(20_000);
    expect(await outcome).toEqual(unavailable);
    await until(() => openRequests() === 0);
  });

  test("ends at once, and without a word in the log, with the client's request", async () => {
    const { search, simulator, clock, log, openRequests } = rig();
    simulator.scriptSearch({ ...texts("{}"), delayMs: 60_000 });
    const client = new AbortController();
    const outcome = search("bun", client.signal);
    await until(() => clock.waiting() === 2);
    client.abort();
    expect(await outcome).toEqual(unavailable);
    await until(() => openRequests() === 0);
    expect(log).toEqual([]);
    expect(clock.waiting()).toBe(0);
  });
});
