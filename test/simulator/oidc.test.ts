import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/json.ts";
import { createSimulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { manualClock } from "../support/manual-clock.ts";

interface Reply {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  clientId: string;
  clientSecret: string;
  clientSecretExpiresAt: number;
  deviceCode: string;
  userCode: string;
  error?: string;
  error_description?: string;
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const client = { clientId: "id", clientSecret: "secret" };

function setUp(options: SimulatorOptions = {}) {
  const clock = manualClock();
  const simulator = createSimulator({ clock, ...options });
  const post = async (path: string, body: JsonObject) => {
    const response = await simulator.fetch(
      new Request(`http://localhost${path}`, { method: "POST", body: JSON.stringify(body) }),
    );
    const { status, headers } = response;
    const reply: Reply = JSON.parse(await response.text());
    return { status, errorType: headers.get("x-amzn-errortype"), body: reply };
  };
  const refresh = (refreshToken: string, more: JsonObject = client) =>
    post("/token", { ...more, grantType: "refresh_token", refreshToken });
  const isAccepted = async (accessToken: string) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    const request = new Request("http://localhost/ListAvailableModels?origin=CLI", { headers });
    return (await simulator.fetch(request)).status === 200;
  };
  return { clock, simulator, post, refresh, isAccepted };
}

describe("refreshing", () => {
  test("gives new tokens, the access token valid until it expires", async () => {
    const { clock, refresh, isAccepted } = setUp({ refreshTokens: ["first"] });
    const { status, body } = await refresh("first");
    expect(status).toBe(200);
    expect(body).toMatchObject({ expiresIn: 3600, tokenType: "Bearer" });
    expect(await isAccepted(body.accessToken)).toBe(true);
    clock.advance(3_600_000);
    expect(await isAccepted(body.accessToken)).toBe(false);
  });

  test("rotates: the old refresh token is dead, the new one lives", async () => {
    const { refresh } = setUp({ refreshTokens: ["first"] });
    const { body } = await refresh("first");
    expect(await refresh("first")).toMatchObject({
      status: 400,
      errorType: "InvalidGrantException",
      body: { error: "invalid_grant", error_description: "Invalid refresh token provided" },
    });
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });

  test.each([
    ["an unknown client", { clientId: "other", clientSecret: "secret" }, "Invalid client provided"],
    ["a wrong secret", { clientId: "id", clientSecret: "other" }, "Invalid client provided"],
    ["no client", {}, "Invalid client provided"],
    ["an expired client", { clientId: "old", clientSecret: "secret" }, "Client is expired"],
  ])("refuses %s", async (_, named, description) => {
    const clients = [client, { clientId: "old", clientSecret: "secret", expiresAt: 0 }];
    const { refresh } = setUp({ refreshTokens: ["first"], clients });
    expect(await refresh("first", named)).toMatchObject({
      status: 401,
      errorType: "InvalidClientException",
      body: { error: "invalid_client", error_description: description },
    });
    expect((await refresh("first")).status).toBe(200);
  });

  test("of a social login needs no client and brings the profile", async () => {
    const profileArn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";
    const { post } = setUp({ refreshTokens: ["first"], profileArn });
    expect(await post("/refreshToken", { refreshToken: "first" })).toMatchObject({
      status: 200,
      body: { expiresIn: 3600, profileArn },
    });
    expect((await post("/refreshToken", { refreshToken: "first" })).status).toBe(401);
  });
});

describe("logging in with a device code", () => {
  async function authorize({ post }: ReturnType<typeof setUp>) {
    const { body: registration } = await post("/client/register", {
      clientName: "test",
      clientType: "public",
      scopes: ["codewhisperer:conversations"],
    });
    const { clientId, clientSecret } = registration;
    const { body } = await post("/device_authorization", {
      clientId,
      clientSecret,
      startUrl: "https://view.awsapps.com/start",
    });
    const poll = () =>
      post("/token", { clientId, clientSecret, grantType: deviceGrant, deviceCode: body.deviceCode });
    return { registration, authorization: body, poll };
  }

  test("shows a code and a place, and then gives tokens once", async () => {
    const service = setUp({ clients: [] });
    const { authorization, poll } = await authorize(service);
    expect(authorization).toMatchObject({
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verificationUriComplete: expect.stringContaining(authorization.userCode),
      expiresIn: 600,
      interval: 1,
    });
    const { body } = await poll();
    expect(await service.isAccepted(body.accessToken)).toBe(true);
    expect((await poll()).body.error).toBe("invalid_grant");
  });

  test("stays pending for as long as the script says", async () => {
    const service = setUp();
    const { poll } = await authorize(service);
    service.simulator.scriptToken({ error: "authorization_pending" }, { error: "slow_down" });
    const errors = [await poll(), await poll(), await poll()].map(({ body }) => body.error);
    expect(errors).toEqual(["authorization_pending", "slow_down", undefined]);
  });

  test("fails when the code has expired", async () => {
    const service = setUp();
    const { poll } = await authorize(service);
    service.clock.advance(600_000);
    expect((await poll()).body.error).toBe("expired_token");
  });

  test("fails when the registration has expired", async () => {
    const service = setUp({ clients: [] });
    const { registration, poll } = await authorize(service);
    service.clock.advance(registration.clientSecretExpiresAt * 1000 - service.clock.now());
    expect((await poll()).body.error_description).toBe("Client is expired");
  });
});

describe("a scripted token answer", () => {
  test("leaves the login as it was", async () => {
    const { simulator, refresh } = setUp({ refreshTokens: ["first"] });
    simulator.scriptToken({ error: "server_error" }, { status: 503, body: "busy, and no JSON" });
    expect((await refresh("first")).status).toBe(500);
    await expect(refresh("first")).rejects.toThrow();
    expect((await refresh("first")).status).toBe(200);
  });

  test("makes its access token valid", async () => {
    const { simulator, refresh, isAccepted } = setUp();
    simulator.scriptToken({ status: 200, body: { accessToken: "scripted", expiresIn: 60 } });
    const { body } = await refresh("whatever");
    expect(body).toMatchObject({ accessToken: "scripted", expiresIn: 60 });
    expect(await isAccepted("scripted")).toBe(true);
  });
});

test("a grant nobody knows is refused", async () => {
  const { post } = setUp();
  const { body } = await post("/token", { ...client, grantType: "constructor" });
  expect(body.error).toBe("unsupported_grant_type");
});

test("tokens are made of the injected chance", async () => {
  const tokens = async () => {
    const { refresh } = setUp({
      refreshTokens: ["first"],
      random: (length) => new Uint8Array(length).fill(7),
    });
    return (await refresh("first")).body;
  };
  expect(await tokens()).toEqual(await tokens());
});
