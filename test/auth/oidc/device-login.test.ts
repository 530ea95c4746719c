import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { builderIdStartUrl } from "../../../src/auth/oidc/builder-id.ts";
import { type DeviceLoginOptions, deviceLogin } from "../../../src/auth/oidc/device-login.ts";
import { BridgeError } from "../../../src/errors.ts";
import { ProxyFailure } from "../../../src/http/proxy-failure.ts";
import { createSecureFetch } from "../../../src/http/secure-fetch.ts";
import { type ListeningSimulator, startSimulator } from "../../../src/simulator/listen.ts";
import { type HurriedClock, hurriedClock } from "../../support/hurried-clock.ts";
import { selfSigned } from "../../support/self-signed.ts";

const dayMs = 86_400_000;
let clock: HurriedClock;
let oidc: ListeningSimulator;
beforeEach(() => {
  clock = hurriedClock();
  oidc = startSimulator({ clock, keepRequests: 1_000 });
});
afterEach(() => oidc.stop());

const serviceWith = (changes: Partial<DeviceLoginOptions["service"]> = {}) => ({
  endpoint: () => oidc.url,
  fetch,
  userAgent: "aqbridge/test",
  timeoutMs: dayMs,
  ...changes,
});
const signIn = (given: Partial<DeviceLoginOptions> = {}) =>
  deviceLogin({
    service: serviceWith(),
    startUrl: builderIdStartUrl,
    region: "us-east-1",
    clock,
    signal: new AbortController().signal,
    onPrompt: () => {},
    ...given,
  });

const failureOf = (promise: Promise<unknown>): Promise<BridgeError> =>
  promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => BridgeError.from(error),
  );

const sent = (path: string) => oidc.simulator.requests.filter((request) => request.path === path);

const pending = { error: "authorization_pending" } as const;
const slowDown = { error: "slow_down" } as const;

test("a code that is confirmed becomes a login with a registration of its own", async () => {
  oidc.simulator.scriptToken(pending, pending);
  const prompts: unknown[] = [];
  const login = await signIn({ onPrompt: (prompt) => prompts.push(prompt) });

  expect(prompts).toEqual([
    {
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verificationUri: "https://view.awsapps.com/start/#/device",
      verificationUriComplete: expect.stringContaining("?user_code="),
    },
  ]);
  expect(login).toEqual({
    clientId: expect.any(String),
    clientSecret: expect.any(String),
    refreshToken: expect.stringMatching(/^aor/),
    accessToken: expect.stringMatching(/^aoa/),
    expiresIn: 3600,
    authMethod: "builder-id",
    region: "us-east-1",
    startUrl: builderIdStartUrl,
    clientSecretExpiresAt: "2026-05-01T12:00:00.000Z",
  });
  expect(clock.waits).toEqual([1000, 1000, 1000]);
});

test("the program registers under its own name and asks for no more than chat needs", async () => {
  await signIn();
  const [registration] = sent("/client/register");
  expect(registration?.headers["user-agent"]).toBe("aqbridge/test");
  expect(registration?.body).toEqual({
    clientName: "aqbridge",
    clientType: "public",
    scopes: ["codewhisperer:completions", "codewhisperer:analysis", "codewhisperer:conversations"],
  });
  for (const { headers } of oidc.simulator.requests) expect(headers).not.toHaveProperty("authorization");
});

test("a start page of an organisation is asked for in its region", async () => {
  const startUrl = "https://example.awsapps.com/start";
  const asked: string[] = [];
  const login = await signIn({
    startUrl,
    region: "eu-central-1",
    service: serviceWith({
      endpoint: (region) => {
        asked.push(region);
        return oidc.url;
      },
    }),
  });
  expect(login).toMatchObject({ authMethod: "identity-center", region: "eu-central-1", startUrl });
  expect(new Set(asked)).toEqual(new Set(["eu-central-1"]));
  expect(sent("/device_authorization")[0]?.body).toMatchObject({ startUrl });
});

describe("the time between two questions", () => {
  const asTold = 1000;
  test.each([
    ["stays as told while the person decides", [pending, pending], [asTold, asTold, asTold]],
    ["is longer by 5 s for good after slow_down", [slowDown, pending], [asTold, 6000, 6000]],
    ["grows at every slow_down", [slowDown, slowDown], [asTold, 6000, 11_000]],
    ["is longer after a failure that may pass", [{ error: "server_error" }, pending], [asTold, 6000, 6000]],
    ["is longer after an overload", [{ status: 429 }], [asTold, 6000]],
  ] as const)("%s", async (_, answers, waits) => {
    oidc.simulator.scriptToken(...answers);
    await signIn();
    expect(clock.waits).toEqual([...waits]);
  });
});

test("the time that is left is told before each wait", async () => {
  oidc.simulator.scriptToken(slowDown);
  const left: number[] = [];
  await signIn({ onWait: (ms) => left.push(ms) });
  expect(left).toEqual([600_000, 599_000]);
});

describe("a login ends with", () => {
  test.each([
    ["access_denied", "login", /declined in the browser; run `aqbridge login`/],
    ["expired_token", "login", /expired before it was confirmed; run `aqbridge login`/],
    ["invalid_client", "upstream", /refused the login \(401 invalid_client\)/],
    ["invalid_grant", "upstream", /refused the login \(400 invalid_grant\)/],
  ] as const)("%s", async (error, kind, message) => {
    oidc.simulator.scriptToken(pending, { error, description: "canary-description" });
    const failure = await failureOf(signIn());
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain("canary");
    expect(sent("/token")).toHaveLength(2);
  });

  test("a code that nobody confirms, without asking again after its end", async () => {
    const start = clock.now();
    oidc.simulator.scriptToken(...Array<typeof slowDown>(100).fill(slowDown));
    expect(await failureOf(signIn())).toMatchObject({ kind: "login", code: "expired_token" });
    expect(clock.now() - start).toBe(600_000);
    expect(sent("/token").length).toBe(clock.waits.length - 1);
  });

  test("a service that cannot be reached", async () => {
    await oidc.stop();
    expect((await failureOf(signIn())).message).toMatch(/cannot be reached; check the network/);
  });

  test("a proxy that lets nothing through, which is named without its password", async () => {
    const proxy = { variable: "HTTPS_PROXY", address: "http://proxy.example:3128" };
    const fetch = () => Promise.reject(new ProxyFailure(proxy, "407"));
    expect((await failureOf(signIn({ service: serviceWith({ fetch }) }))).message).toBe(
      "The HTTP proxy proxy.example:3128 let nothing through to Amazon's login service (proxy: 407); check HTTPS_PROXY.",
    );
  });

  test("a certificate of nobody who is trusted, as behind a proxy that reads along", async () => {
    const fetch = createSecureFetch({ caCertificates: [], verify: true });
    await using impostor = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: selfSigned,
      fetch: () => new Response(),
    });
    const service = serviceWith({ fetch, endpoint: () => `https://127.0.0.1:${impostor.port}` });
    expect((await failureOf(signIn({ service }))).message).toMatch(
      /^The certificate of Amazon's login service was not accepted \(\w+\); .+ AMAZONQ_CA_BUNDLE\.$/,
    );
  });

  test.each(["constructor", "__proto__"])("the name of no error: %s", async (error) => {
    const fetch = async () => Response.json(JSON.parse(`{"error":"${error}"}`), { status: 400 });
    const failure = await failureOf(signIn({ service: serviceWith({ fetch }) }));
    expect(failure.message).toContain(`refused the login (400 ${error})`);
  });

  test("a service that does not answer in time", async () => {
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(new Error())),
      );
    const service = serviceWith({ fetch, timeoutMs: 15_000 });
    expect((await failureOf(signIn({ service }))).message).toMatch(/did not answer in time/);
  });
});

test("a login that is broken off asks nothing more", async () => {
  oidc.simulator.scriptToken(...Array<typeof pending>(10).fill(pending));
  const stop = new AbortController();
  const reason = new Error("Ctrl-C");
  let waits = 0;
  const onWait = () => {
    if (++waits === 3) stop.abort(reason);
  };
  await expect(signIn({ signal: stop.signal, onWait })).rejects.toBe(reason);
  expect(sent("/token")).toHaveLength(2);
});

describe("an answer that makes no sense is refused:", () => {
  const registered = { clientId: "id", clientSecret: "secret" };
  const authorized = {
    deviceCode: "code",
    userCode: "ABCD-EFGH",
    verificationUri: "https://view.awsapps.com/start",
    expiresIn: 600,
    interval: 1,
  };
  const issued = { accessToken: "aoa", refreshToken: "aor", expiresIn: 3600 };
  test.each([
    ["no JSON", ["<html>"]],
    ["a client without an id", [{ clientSecret: "secret" }]],
    ["a page that is none", [registered, { ...authorized, verificationUri: "file:///etc/passwd" }]],
    [
      "a page that writes to the terminal",
      [registered, { ...authorized, verificationUri: "https://a/\u001b[2J" }],
    ],
    ["a code that writes to the terminal", [registered, { ...authorized, userCode: "AB\u001b[2J" }]],
    ["a token of two lines", [registered, authorized, { ...issued, accessToken: "aoa\ncanary" }]],
    ["a login that cannot be renewed", [registered, authorized, { ...issued, refreshToken: null }]],
    ["a token that has no life", [registered, authorized, { ...issued, expiresIn: 0 }]],
  ])("%s", async (_, answers) => {
    const left = [...answers];
    const fetch = async () => {
      const answer = left.shift();
      return typeof answer === "string" ? new Response(answer) : Response.json(answer);
    };
    const failure = await failureOf(signIn({ service: serviceWith({ fetch }) }));
    expect(failure.kind).toBe("protocol");
    expect(failure.message).not.toContain("canary");
    expect(left).toEqual([]);
  });
});
