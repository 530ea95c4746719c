import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { redeemAtKiro } from "../../../src/auth/oidc/redeem-at-kiro.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { type OidcServer, startOidc, tokens } from "../../support/oidc.ts";
import { manualClock } from "../manual-clock.ts";

const grant = { refreshToken: "aor", region: "us-east-1" };
const arn = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
const clock = manualClock();
let oidc: OidcServer;
beforeEach(() => {
  oidc = startOidc();
});
afterEach(() => oidc.stop());

test("the simulated service gives new tokens and the profile, once for each refresh token", async () => {
  const simulator = createSimulator({ refreshTokens: ["aor"], profileArn: arn });
  const fetch = (url: string, init: RequestInit) => simulator.fetch(new Request(url, init));
  const service = {
    ...oidc.service,
    socialEndpoint: (region: string) => `https://prod.${region}.test`,
    fetch,
  };
  const redeemed = await redeemAtKiro(grant, service, clock);
  expect(redeemed).toMatchObject({ profileArn: arn, expiresAt: new Date(clock.now() + 3_600_000) });
  const [request] = simulator.requests;
  expect(request).toMatchObject({ method: "POST", path: "/refreshToken", body: { refreshToken: "aor" } });
  expect(request?.headers["user-agent"]).toBe("aqbridge/test");
  await expect(redeemAtKiro(grant, service, clock)).rejects.toMatchObject({ kind: "login" });
});

describe("a failure is classified once", () => {
  const status = (code: number, headers = {}) => new Response("{}", { status: code, headers });
  const cases: [string, Response, object][] = [
    ["401", status(401), { kind: "login", isFinal: true }],
    ["403", status(403), { kind: "login", isFinal: true }],
    ["400", status(400), { kind: "login", isFinal: false }],
    ["404", status(404), { kind: "login", isFinal: false }],
    ["408", status(408), { kind: "busy" }],
    ["429", status(429, { "retry-after": "7" }), { kind: "busy", retryAfterSeconds: 7 }],
    ["500", status(500), { kind: "busy", retryAfterSeconds: 5 }],
    ["200 in HTML", new Response("<html>"), { kind: "protocol" }],
    ["200 with a forged header", tokens({ accessToken: "aoa\r\nx: y" }), { kind: "protocol" }],
  ];
  test.each(cases)("%s", async (_, answer, expected) => {
    oidc.answerNext(() => answer);
    const message = expect.stringContaining("Kiro's login service");
    await expect(redeemAtKiro(grant, oidc.service, clock)).rejects.toMatchObject({ ...expected, message });
  });

  test("no answer", async () => {
    const fetch = () => Promise.reject(new Error("refused"));
    await expect(redeemAtKiro(grant, { ...oidc.service, fetch }, clock)).rejects.toMatchObject({
      kind: "busy",
      message: "Kiro's login service cannot be reached; check the network and try again.",
    });
  });
});
