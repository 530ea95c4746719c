import { describe, expect, test } from "bun:test";
import type { LoginInput, TokenSource } from "../../src/auth/token-source.ts";
import { BridgeError } from "../../src/errors.ts";
import { makeServer, missingLogin, signedIn } from "../support/server.ts";

const token = "aoa-zebra-crossing-at-noon";
const secrets = {
  client_id: "client-id-of-zebra",
  client_secret: "client-secret-of-giraffe",
  refresh_token: "refresh-token-of-okapi",
};

function asking(tokens: TokenSource) {
  const given: LoginInput[] = [];
  const { app, log } = makeServer({ tokens: { ...tokens, set: async (login) => void given.push(login) } });
  const ask = async (path: string, body?: unknown) => {
    const answer = await app.handle(
      new Request(`http://localhost${path}`, {
        headers: { host: "localhost", "content-type": "application/json" },
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    return { status: answer.status, text, body: JSON.parse(text) };
  };
  return { ask, given, log };
}

describe("GET /credentials", () => {
  test("tells what is known of the login", async () => {
    expect((await asking(signedIn(token)).ask("/credentials")).body).toEqual({
      status: "ready",
      source: "own file",
      token_expiry: "2026-01-31T13:00:00.000Z",
      can_refresh: true,
      region: "eu-central-1",
      profile_arn: null,
      persisted: true,
      searched: ["/home/ada/amazonq_credentials.json"],
    });
  });

  test("is answered even when there is no login", async () => {
    const { status, body } = await asking(missingLogin).ask("/credentials");
    expect([status, body.status, body.source]).toEqual([200, "missing", null]);
  });
});

describe("POST /credentials", () => {
  const login: LoginInput = {
    clientId: secrets.client_id,
    clientSecret: secrets.client_secret,
    refreshToken: secrets.refresh_token,
  };
  const camel = {
    clientId: login.clientId,
    clientSecret: login.clientSecret,
    refreshToken: login.refreshToken,
  };

  const accepted: [string, object, LoginInput][] = [
    ["in snake case", secrets, login],
    ["in camel case", camel, login],
    ["in both, snake case winning", { ...camel, client_id: "another" }, { ...login, clientId: "another" }],
    [
      "in the one where it is null in the other",
      { ...secrets, client_id: null, clientId: login.clientId },
      login,
    ],
    [
      "in the one where it is empty in the other",
      { ...secrets, client_id: "", clientId: login.clientId },
      login,
    ],
    [
      "with all that may come with it",
      { ...secrets, access_token: token, region: "eu-central-1", profile_arn: "arn:aws:a" },
      { ...login, accessToken: token, region: "eu-central-1", profileArn: "arn:aws:a" },
    ],
    ["with empty members, which say nothing", { ...secrets, access_token: "", region: null }, login],
    ["with members that nobody knows", { ...secrets, expires_at: 5, notes: "a" }, login],
  ];
  test.each(accepted)("takes a login %s", async (_name, body, expected) => {
    const { ask, given, log } = asking(signedIn(token));
    const { status, text, body: answer } = await ask("/credentials", body);
    expect([status, answer.status]).toEqual([200, "ready"]);
    expect(given).toEqual([expected]);
    expectNoSecret(text + log.join(""));
  });

  const incomplete: [string, object, string][] = [
    ["nothing", {}, "client_id, client_secret, refresh_token"],
    ["one of three", { clientId: secrets.client_id }, "client_secret, refresh_token"],
    ["two of three", { ...secrets, refresh_token: "" }, "refresh_token"],
    ["an access token alone", { access_token: token }, "client_id, client_secret, refresh_token"],
  ];
  test.each(incomplete)("refuses %s, and names what is missing", async (_name, body, names) => {
    const { ask, given, log } = asking(signedIn(token));
    const { status, text, body: answer } = await ask("/credentials", body);
    expect(status).toBe(400);
    expect(answer.error).toEqual({
      message: `Missing: ${names}. Send a login as a whole.`,
      type: "invalid_request_error",
      param: names.split(", ")[0],
      code: "missing_credentials",
    });
    expect(given).toEqual([]);
    expectNoSecret(text + log.join(""));
  });

  test.each([
    [{ ...secrets, client_id: 5 }, "client_id: must be a string or null"],
    [[secrets], "the request body: must be an object"],
    [null, "the request body: must be an object"],
  ])("refuses what is no login: %j", async (body, message) => {
    const { ask, given } = asking(signedIn(token));
    const { status, text, body: answer } = await ask("/credentials", body);
    expect([status, answer.error.message]).toEqual([400, message]);
    expect(given).toEqual([]);
    expectNoSecret(text);
  });
});

describe("GET /test/token", () => {
  test("says that a working token works and until when, and shows nothing of it", async () => {
    const { ask, log } = asking(signedIn(token));
    const { text, body } = await ask("/test/token");
    expect(body).toEqual({ success: true, token_expiry: "2026-01-31T13:00:00.000Z" });
    for (let start = 0; start + 5 <= token.length; start++) {
      expect(text + log.join("")).not.toContain(token.slice(start, start + 5));
    }
  });

  test("without a login tells what to do, and does not blame the client's key", async () => {
    const login = new BridgeError("login", "Sign in with `aqbridge login`.");
    const { ask } = asking({ ...missingLogin, refresh: () => Promise.reject(login) });
    const { status, body } = await ask("/test/token");
    expect([status, body.error.code, body.error.message]).toEqual([403, "login_required", login.message]);
  });
});

describe("GET /health", () => {
  test("tells the version and the state of the login, and nothing else", async () => {
    expect((await asking(missingLogin).ask("/health")).body).toEqual({
      status: "ok",
      version: "1.2.3",
      credentials: "missing",
    });
  });

  test("tells when Amazon's certificates are not checked", async () => {
    const { app } = makeServer({ config: { sslVerify: false } });
    const answer = await app.handle(
      new Request("http://localhost/health", { headers: { host: "localhost" } }),
    );
    expect(await answer.json()).toMatchObject({ tls_verification: "off" });
  });
});

/** Contains no six characters in a row of any secret. */
function expectNoSecret(text: string): void {
  for (const secret of [...Object.values(secrets), token]) {
    const own = secret.replace(/^(client-id|client-secret|refresh-token|aoa)-/, "");
    for (let start = 0; start + 6 <= own.length; start++) {
      expect(text).not.toContain(own.slice(start, start + 6));
    }
  }
}
