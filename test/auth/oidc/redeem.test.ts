import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RefreshGrant } from "../../../src/auth/login.ts";
import { redeem } from "../../../src/auth/oidc/redeem.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { type Answer, type OidcServer, refusal, startOidc, tokens } from "../../support/oidc.ts";
import { manualClock } from "../manual-clock.ts";

const clock = manualClock();
const grant = { clientId: "client", clientSecret: "secret", refreshToken: "aor", region: "eu-west-1" };
let oidc: OidcServer;
beforeEach(() => {
  oidc = startOidc("aor");
});
afterEach(() => oidc.stop());

const silence = new Promise<never>(() => {});
const redeemWith = (answer: Answer, redeemed: RefreshGrant = grant) => {
  oidc.answerNext(answer);
  return redeem(redeemed, oidc.service, clock);
};

test("the request is JSON in camelCase, in our own name, without authorization", async () => {
  await redeem(grant, oidc.service, clock);
  const [call] = oidc.calls;
  expect(call?.path).toBe("/eu-west-1/token");
  expect(call?.body).toEqual({
    clientId: "client",
    clientSecret: "secret",
    grantType: "refresh_token",
    refreshToken: "aor",
  });
  expect(call?.headers.get("content-type")).toBe("application/json");
  expect(call?.headers.get("accept-encoding")).toBe("identity");
  expect(call?.headers.get("user-agent")).toBe("aqbridge/test");
  expect(call?.headers.has("authorization")).toBe(false);
});

describe("a lifetime", () => {
  test.each([
    [3600, 3600],
    [1, 60],
    [1e12, 86_400],
    [59.5, 60],
  ])("of %d s counts as %d s", async (expiresIn, seconds) => {
    const { expiresAt } = await redeemWith(() => tokens({ expiresIn }));
    expect(expiresAt.getTime()).toBe(clock.now() + seconds * 1000);
  });
});

test("a refresh token that is left out or null is undefined", async () => {
  for (const members of [{}, { refreshToken: null }])
    expect((await redeemWith(() => tokens(members))).refreshToken).toBeUndefined();
});

describe("row 79: an answer of 200 that is no login is `protocol`", () => {
  const nonsense: [string, Answer][] = [
    ["HTML", () => new Response("<html>Sign in to the airport's network</html>")],
    ["nothing", () => new Response(null)],
    ["an array", () => Response.json([])],
    ["no token", () => tokens({ accessToken: undefined })],
    ["a token that is empty", () => tokens({ accessToken: "" })],
    ["a token that would forge a header", () => tokens({ accessToken: "aoa\r\nx-evil: 1" })],
    ["a token beyond ASCII", () => tokens({ accessToken: "aoa✔" })],
    ["a token that is a number", () => tokens({ accessToken: 5 })],
    ["a refresh token with a newline", () => tokens({ refreshToken: "aor\n" })],
    ["a refresh token that is an object", () => tokens({ refreshToken: {} })],
    ["a lifetime of 0", () => tokens({ expiresIn: 0 })],
    ["a lifetime of -1", () => tokens({ expiresIn: -1 })],
    ["a lifetime in a text", () => tokens({ expiresIn: "3600" })],
    ["no lifetime", () => tokens({ expiresIn: undefined })],
    ["65 KB", () => tokens({ padding: "x".repeat(65_536) })],
  ];
  test.each(nonsense)("%s", async (_, answer) => {
    await expect(redeemWith(answer)).rejects.toMatchObject({ kind: "protocol" });
  });
});

describe("a failure is classified once", () => {
  const named = (type: string, status: number) => () =>
    new Response("{}", { status, headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/` } });
  const cases: [string, Answer, object][] = [
    ["invalid_grant", () => refusal("invalid_grant"), { kind: "login", isFinal: true }],
    ["expired_token", () => refusal("expired_token"), { kind: "login" }],
    ["invalid_client", () => refusal("invalid_client"), { kind: "login" }],
    ["access_denied", () => refusal("access_denied"), { kind: "login" }],
    ["InvalidGrantException in the header", named("InvalidGrantException", 400), { kind: "login" }],
    [
      "SlowDownException in the header",
      named("SlowDownException", 400),
      { kind: "busy", retryAfterSeconds: 5 },
    ],
    ["slow_down", () => refusal("slow_down"), { kind: "busy" }],
    [
      "429 with a long wait",
      () => new Response("", { status: 429, headers: { "retry-after": "3000" } }),
      { kind: "busy", retryAfterSeconds: 60 },
    ],
    ["500", () => new Response("", { status: 500 }), { kind: "busy", retryAfterSeconds: 5 }],
    ["503 in HTML", () => new Response("<html>", { status: 503 }), { kind: "busy" }],
    ["invalid_request", () => refusal("invalid_request"), { kind: "login", isFinal: false }],
    ["404", () => new Response("", { status: 404 }), { kind: "login", isFinal: false }],
    ["408", () => new Response("", { status: 408 }), { kind: "busy" }],
    ["204", () => new Response(null, { status: 204 }), { kind: "upstream" }],
    ["a redirect", () => Response.redirect(oidc.service.endpoint("elsewhere"), 307), { kind: "busy" }],
  ];
  test.each(cases)("%s", async (_, answer, expected) => {
    await expect(redeemWith(answer)).rejects.toMatchObject(expected);
  });

  test("nobody listening", async () => {
    await oidc.stop();
    await expect(redeem(grant, oidc.service, clock)).rejects.toMatchObject({ kind: "busy" });
  });

  test.each(["headers", "body"])("an answer whose %s never come, after 15 s", async (part) => {
    const { promise: called, resolve: call } = Promise.withResolvers<void>();
    const silent = new ReadableStream({
      start: (body) => body.enqueue(Buffer.from("{")),
      pull: () => silence,
    });
    const outcome = redeemWith(() => {
      call();
      return part === "headers" ? silence : new Response(silent);
    });
    outcome.catch(() => {});
    await called;
    clock.advance(14_999);
    await new Promise(setImmediate);
    expect(Bun.peek.status(outcome)).toBe("pending");
    clock.advance(1);
    await expect(outcome).rejects.toThrow("did not answer in time");
  });
});

describe("a Google or GitHub login", () => {
  const social = { refreshToken: "aor", region: "us-east-1" };

  test("gets new tokens and the profile from the simulated service, once for each refresh token", async () => {
    const profileArn = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
    const simulator = createSimulator({ refreshTokens: ["aor"], profileArn });
    const service = {
      ...oidc.service,
      socialEndpoint: (region: string) => `https://prod.${region}.test`,
      fetch: (url: string, init: RequestInit) => simulator.fetch(new Request(url, init)),
    };
    const expiresAt = new Date(clock.now() + 3_600_000);
    expect(await redeem(social, service, clock)).toMatchObject({ profileArn, expiresAt });
    const [request] = simulator.requests;
    expect(request).toMatchObject({ method: "POST", path: "/refreshToken", body: { refreshToken: "aor" } });
    expect(request?.headers["user-agent"]).toBe("aqbridge/test");
    await expect(redeem(social, service, clock)).rejects.toMatchObject({ kind: "login" });
  });

  const status = (code: number, headers = {}) => new Response("{}", { status: code, headers });
  const cases: [string, Response, object][] = [
    ["401", status(401), { kind: "login", isFinal: true }],
    ["403", status(403), { kind: "login", isFinal: true }],
    ["403 in HTML", status(403, { "content-type": "text/html" }), { kind: "login", isFinal: false }],
    ["400", status(400), { kind: "login", isFinal: false }],
    ["404", status(404), { kind: "login", isFinal: false }],
    ["408", status(408), { kind: "busy" }],
    ["429", status(429, { "retry-after": "7" }), { kind: "busy", retryAfterSeconds: 7 }],
    ["500", status(500), { kind: "busy", retryAfterSeconds: 5 }],
    ["200 in HTML", new Response("<html>"), { kind: "protocol" }],
    ["200 with a forged header", tokens({ accessToken: "aoa\r\nx: y" }), { kind: "protocol" }],
  ];
  test.each(cases)("fails by Kiro's answer: %s", async (_, answer, expected) => {
    const message = expect.stringContaining("Kiro's login service");
    await expect(redeemWith(() => answer, social)).rejects.toMatchObject({ ...expected, message });
  });

  test("fails when nobody answers", async () => {
    const fetch = () => Promise.reject(new Error("refused"));
    await expect(redeem(social, { ...oidc.service, fetch }, clock)).rejects.toMatchObject({
      kind: "busy",
      message: "Kiro's login service cannot be reached; check the network and try again.",
    });
  });
});
