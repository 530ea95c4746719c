import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { createSimulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { cliToken } from "../support/cli-database.ts";
import { makeRig, ownLogin, type Rig } from "./rig.ts";

const arn = (name: string, region = "us-east-1") =>
  `arn:aws:codewhisperer:${region}:123456789012:profile/${name}`;
const identityCenter = { start_url: "https://acme.awsapps.com/start" };

let rig: Rig;
beforeEach(() => {
  rig = makeRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

/** The service in two regions; each answers as the simulated one with the given options does, or as told. */
function service(...regions: (SimulatorOptions | Response)[]) {
  const asked: Request[] = [];
  const simulators = regions.map((region) =>
    region instanceof Response
      ? { fetch: async () => new Response(region.statusText, { status: region.status }) }
      : createSimulator({ accessTokens: [cliToken.access_token, "aoa-own"], ...region }),
  );
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    asked.push(request);
    const simulator = simulators[Number(new URL(url).hostname.split(".")[0]?.slice(1))];
    if (simulator === undefined) throw new TypeError("no such host");
    return simulator.fetch(request);
  };
  const endpoints = regions.map((_, index) => `https://r${index}.test`);
  return { asked, profiles: { fetch, endpoints, userAgent: "aqbridge/test", timeoutMs: 15_000 } };
}

describe("an Identity Center login without a profile", () => {
  test.each([0, 1])("gets the only one, whichever region has it: %d", async (index) => {
    const regions = [{}, {}].map((_, each) => (each === index ? { profileArn: arn("ABCDEFGHIJKL") } : {}));
    const { asked, profiles } = service(...regions);
    rig.cli.login(identityCenter);
    const source = rig.restart({ profiles });
    for (let i = 0; i < 3; i++) expect(await source.get()).toMatchObject({ profileArn: arn("ABCDEFGHIJKL") });
    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(Array(2).fill("/ListAvailableProfiles"));
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer aoa-cli-access");
    expect(asked[0]?.headers.get("user-agent")).toBe("aqbridge/test");
    expect(await source.status()).toMatchObject({ profileArn: arn("ABCDEFGHIJKL") });
  });

  test("of several must be told which", async () => {
    const { profiles } = service(
      { profileArn: arn("ABCDEFGHIJKL") },
      { profileArn: arn("MNOPQRSTUVWX", "eu-central-1") },
    );
    rig.cli.login(identityCenter);
    const failure = rig.restart({ profiles }).get();
    await expect(failure).rejects.toMatchObject({ kind: "login" });
    await expect(failure).rejects.toThrow(/AMAZONQ_PROFILE_ARN.*ABCDEFGHIJKL.*MNOPQRSTUVWX/);
  });

  test("gets it from one region while the other is down", async () => {
    const { profiles } = service(new Response("down", { status: 503 }), { profileArn: arn("ABCDEFGHIJKL") });
    rig.cli.login(identityCenter);
    expect(await rig.restart({ profiles }).get()).toMatchObject({ profileArn: arn("ABCDEFGHIJKL") });
  });

  test("goes without while the service is down, and asks again later", async () => {
    const down = [new Response("", { status: 500 }), new Response("<html>", { status: 502 })];
    const { asked, profiles } = service(...down);
    rig.cli.login(identityCenter);
    const source = rig.restart({ profiles });
    for (let i = 0; i < 3; i++) expect(await source.get()).toMatchObject({ profileArn: undefined });
    expect(asked).toHaveLength(2);
    rig.clock.advance(31_000);
    await source.get();
    expect(asked).toHaveLength(4);
  });

  test("asks again later while the region that may have it is down", async () => {
    const down = new Response("down", { status: 503 });
    const { asked, profiles } = service(new Response("elsewhere", { status: 403 }), down);
    rig.cli.login(identityCenter);
    const source = rig.restart({ profiles });
    expect(await source.get()).toMatchObject({ profileArn: undefined });
    expect(asked).toHaveLength(2);
    rig.clock.advance(31_000);
    await source.get();
    expect(asked).toHaveLength(4);
  });

  test("after a change of account is asked for anew", async () => {
    const { asked, profiles } = service({ profileArn: arn("ABCDEFGHIJKL") });
    rig.cli.login(identityCenter);
    const source = rig.restart({ profiles });
    await source.get();
    rig.cli.login({ ...identityCenter, access_token: "aoa-own" });
    rig.clock.advance(1_000);
    await source.get();
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer aoa-cli-access",
      "Bearer aoa-own",
    ]);
  });
});

test("a profile stays known when the search for an earlier login's fails after it was found", async () => {
  const { promise: failure, resolve: fail } = Promise.withResolvers<Response>();
  const { profiles } = service({ profileArn: arn("ABCDEFGHIJKL") });
  const fetch: typeof profiles.fetch = (url, init) =>
    new Headers(init.headers).get("authorization") === "Bearer aoa-own" ? profiles.fetch(url, init) : failure;
  rig.cli.login(identityCenter);
  const source = rig.restart({ profiles: { ...profiles, fetch } });
  const earlier = source.get();
  while (!rig.logged().includes("login.used")) await new Promise(setImmediate);
  rig.clock.advance(1_000);
  rig.cli.login({ ...identityCenter, access_token: "aoa-own" });
  expect(await source.get()).toMatchObject({ profileArn: arn("ABCDEFGHIJKL") });
  fail(new Response("", { status: 500 }));
  await earlier;
  rig.clock.advance(1_000);
  expect(await source.get()).toMatchObject({ value: "aoa-own", profileArn: arn("ABCDEFGHIJKL") });
});

const own = { ...ownLogin, access_token: "aoa-own", expires_at: "2100-01-01T00:00:00.000Z" };

describe("a profile that was found", () => {
  const found = arn("ABCDEFGHIJKL");

  test("stays with the own file's login, and a restart does not ask", async () => {
    const { asked, profiles } = service({ profileArn: found });
    rig.writeOwn({ ...own, note: "mine" });
    const source = rig.restart({ profiles });
    expect(await source.get()).toMatchObject({ profileArn: found });
    await source.settled();
    expect(rig.readOwn()).toMatchObject({ ...own, profile_arn: found, note: "mine" });
    expect(await rig.restart({ profiles }).get()).toMatchObject({ profileArn: found });
    expect(asked).toHaveLength(1);
  });

  test("goes with the login, and the next one's is looked up", async () => {
    const { asked, profiles } = service({ profileArn: found });
    rig.writeOwn(own);
    const source = rig.restart({ profiles });
    await source.get();
    await source.set({ clientId: "a", clientSecret: "b", refreshToken: "c", accessToken: "aoa-cli-access" });
    expect(rig.readOwn()["profile_arn"]).toBeUndefined();
    expect(await source.get()).toMatchObject({ value: "aoa-cli-access", profileArn: found });
    expect(asked).toHaveLength(2);
  });

  test("of a login that was replaced meanwhile is not its successor's", async () => {
    const { promise: answer, resolve: letAnswer } = Promise.withResolvers<void>();
    const { profiles } = service({ profileArn: found });
    const fetch: typeof profiles.fetch = async (url, init) => {
      await answer;
      return profiles.fetch(url, init);
    };
    rig.writeOwn(own);
    const source = rig.restart({ profiles: { ...profiles, fetch } });
    const token = source.get();
    await source.set({ clientId: "a", clientSecret: "b", refreshToken: "c" });
    letAnswer();
    expect(await token).toMatchObject({ value: "aoa-own", profileArn: found });
    await source.settled();
    expect(rig.readOwn()["profile_arn"]).toBeUndefined();
  });

  test("of the CLI's login is written nowhere", async () => {
    const { profiles } = service({ profileArn: found });
    rig.cli.login(identityCenter);
    const before = await Bun.file(rig.cli.path).bytes();
    const source = rig.restart({ profiles });
    expect(await source.get()).toMatchObject({ profileArn: found });
    await source.settled();
    expect(await Bun.file(rig.cli.path).bytes()).toEqual(before);
    expect(existsSync(rig.ownFile)).toBe(false);
  });
});

describe("the service is not asked", () => {
  test("for a login with a profile, nor for a Builder ID", async () => {
    const { asked, profiles } = service({});
    const source = rig.restart({ profiles });
    rig.cli.login();
    expect(await source.get()).toMatchObject({ profileArn: undefined });
    rig.clock.advance(1_000);
    rig.cli.login(identityCenter);
    rig.cli.setProfile(arn("ABCDEFGHIJKL"));
    expect(await source.get()).toMatchObject({ profileArn: arn("ABCDEFGHIJKL") });
    expect(asked).toHaveLength(0);
  });

  test("again about a Builder ID while the other region is down", async () => {
    const { asked, profiles } = service({}, new Response("down", { status: 503 }));
    rig.cli.login({ start_url: undefined });
    const source = rig.restart({ profiles });
    await source.get();
    rig.clock.advance(31_000);
    await source.get();
    expect(asked).toHaveLength(2);
  });

  test("again about a login of unknown kind that turns out to have none", async () => {
    const { asked, profiles } = service({}, {});
    rig.writeOwn(own);
    const source = rig.restart({ profiles });
    for (let i = 0; i < 3; i++) expect(await source.get()).toMatchObject({ profileArn: undefined });
    expect(asked).toHaveLength(2);
  });
});
