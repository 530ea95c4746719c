import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OpenTokenSource } from "../../src/auth/open-token-source.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { cliRegistration, cliToken, makeCliDatabase } from "../support/cli-database.ts";
import { refusal, tokens } from "../support/oidc.ts";
import { makeRig, ownLogin, type Rig, rigWithCliToken } from "./rig.ts";

const arn = "arn:aws:codewhisperer:eu-central-1:123456789012:profile/ABCDEFGHIJKL";

describe("which token is used", () => {
  test("the CLI's living token, without a call to the login service", async () => {
    await using rig = makeRig();
    rig.cli.login();
    rig.cli.setProfile(arn);
    expect(await rig.source.get()).toEqual({
      value: "aoa-cli-access",
      expiresAt: new Date(cliToken.expires_at),
      profileArn: arn,
    });
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test.each([
    ["own", 3600, 1800, "aoa-own"],
    ["CLI", 1800, 3600, "aoa-cli-access"],
  ])("the freshest of two living ones: the %s's", async (_, ownSeconds, cliSeconds, expected) => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at: rig.fromNow(ownSeconds) });
    rig.cli.login({ expires_at: rig.fromNow(cliSeconds) });
    expect((await rig.source.get()).value).toBe(expected);
  });

  test("one of unknown expiry that cannot be refreshed is used until the service refuses it", async () => {
    await using rig = makeRig();
    rig.writeOwn({ access_token: "aoa-own", expires_in: null });
    const first = await rig.source.get();
    expect(first).toEqual({ value: "aoa-own", expiresAt: null, profileArn: undefined });
    rig.clock.advance(86_400_000);
    expect(await rig.source.get()).toEqual(first);
    await expect(rig.source.renew(first)).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test("one of unknown expiry stands behind one that is known to live", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, access_token: "aoa-own" });
    rig.cli.login({ expires_at: rig.fromNow(600) });
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
  });

  test("with none alive, the own file's refresh token goes before the CLI's", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, region: "eu-west-1", profile_arn: arn });
    rig.cli.login({ expires_at: rig.fromNow(-10) });
    expect(await rig.source.get()).toMatchObject({ value: "aoa-refreshed-1", profileArn: arn });
    expect(rig.oidc.calls[0]).toMatchObject({
      path: "/eu-west-1/token",
      body: {
        clientId: "own-client",
        clientSecret: "own-secret",
        grantType: "refresh_token",
        refreshToken: "aor-own-refresh",
      },
    });
  });

  test("row 67: a login without any store is `login` with the command and the places searched", async () => {
    await using rig = makeRig();
    rmSync(rig.cli.path);
    const failure = rig.source.get();
    await expect(failure).rejects.toMatchObject({ kind: "login" });
    await expect(failure).rejects.toThrow(
      /run `q login`.*amazonq_credentials\.json.*data\.sqlite3: there is no such file/,
    );
    expect(await rig.source.status()).toMatchObject({ state: "missing", source: null, canRefresh: false });
    rig.cli.close();
    const cli = makeCliDatabase(rig.cli.path);
    cli.login();
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
    cli.close();
  });
});

describe("around the expiry", () => {
  const life = [
    { seconds: 301, value: "aoa-cli-access", calls: 0 },
    { seconds: 299, value: "aoa-cli-access", calls: 1 },
    { seconds: 61, value: "aoa-cli-access", calls: 1 },
    { seconds: 59, value: "aoa-refreshed-1", calls: 1 },
    { seconds: -600, value: "aoa-refreshed-1", calls: 1 },
  ];
  test.each(life)("row 74: $seconds s of life: $value, $calls calls", async ({ seconds, value, calls }) => {
    await using rig = rigWithCliToken(seconds);
    expect((await rig.source.get()).value).toBe(value);
    if (calls > 0) await rig.source.refresh();
    expect(rig.oidc.calls).toHaveLength(calls);
  });

  describe("row 71: that cannot be read", () => {
    const unreadable = { expires_at: "soon" };
    test.each([300, 0])(
      "a token is used, and soon replaced by one that says its end: margin of %d s",
      async (marginSeconds) => {
        await using rig = makeRig({ marginSeconds });
        rig.cli.login(unreadable);
        expect(await rig.source.get()).toMatchObject({ value: "aoa-cli-access", expiresAt: null });
        await rig.source.settled();
        expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
        expect(rig.oidc.calls).toHaveLength(1);
      },
    );

    test("a token is not replaced when by now another store has one that says its end", async () => {
      await using rig = makeRig();
      rig.cli.login(unreadable);
      rig.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at: rig.fromNow(3600) });
      expect((await rig.source.get()).value).toBe("aoa-own");
      await rig.source.settled();
      expect(rig.oidc.calls).toHaveLength(0);
    });

    test("a token is asked for no sooner than its end when its own store loses that again and again", async () => {
      await using rig = makeRig();
      rig.cli.login(unreadable);
      for (let minute = 0; minute < 180; minute++) {
        await rig.source.get();
        await rig.source.settled();
        if (rig.oidc.calls.length > 0) rig.writeOwn({ ...rig.readOwn(), ...unreadable });
        rig.clock.advance(60_000);
      }
      expect(rig.oidc.calls.length).toBeWithin(3, 5);
    });

    test("a token is used on while the login service is down, which is left in peace for 30 s at a time", async () => {
      await using rig = makeRig();
      rig.cli.login(unreadable);
      rig.oidc.answerNext(...Array.from({ length: 60 }, () => () => new Response("down", { status: 503 })));
      for (let second = 0; second < 120; second++) {
        expect((await rig.source.get()).value).toBe("aoa-cli-access");
        await rig.source.settled();
        rig.clock.advance(1_000);
      }
      expect(rig.oidc.calls.length).toBeWithin(3, 13);
    });

    test("a token whose refresh is refused is used until the service refuses it as well", async () => {
      await using rig = makeRig();
      rig.cli.login(unreadable);
      rig.oidc.answerNext(() => refusal("invalid_grant"));
      for (let minute = 0; minute < 60; minute++) {
        expect((await rig.source.get()).value).toBe("aoa-cli-access");
        await rig.source.settled();
        rig.clock.advance(60_000);
      }
      expect(rig.oidc.calls).toHaveLength(1);
    });
  });

  test("row 78: while the login service is down, a token is used to its end and the service left in peace for 30 s", async () => {
    await using rig = rigWithCliToken(40);
    const down = () => new Response("down", { status: 503 });
    rig.oidc.answerNext(down, down, down, down, down, down);
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
    expect(rig.oidc.calls).toHaveLength(3);
    rig.clock.advance(31_000);
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
    expect(rig.oidc.calls).toHaveLength(6);
    rig.clock.advance(10_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-7");
  });

  test("row 78: down and nothing left alive is `busy` with a time to come back", async () => {
    await using rig = rigWithCliToken(-1);
    const down = () => new Response("down", { status: 500 });
    rig.oidc.answerNext(down, down, down);
    for (let i = 0; i < 20; i++)
      await expect(rig.source.get()).rejects.toMatchObject({ kind: "busy", retryAfterSeconds: 5 });
    expect(rig.oidc.calls).toHaveLength(3);
    rig.clock.advance(5_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-4");
  });

  test("a request that the login service refuses is not sent again at once", async () => {
    await using rig = rigWithCliToken(-1);
    rig.oidc.answerNext(() => refusal("invalid_request"));
    for (let i = 0; i < 20; i++) await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(1);
    rig.clock.advance(5_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
  });
});

describe("why a refresh has failed is told to the log:", () => {
  const portal = "https://ada:private@portal.test/login?state=private";
  test.each([
    [
      "the host that a redirect leads to",
      () => Response.redirect(portal, 307),
      'cause="redirected to portal.test (307)"',
    ],
    ["a status", () => new Response("private", { status: 503 }), "overloaded (503)"],
    ["a refusal", () => refusal("invalid_grant"), "invalid_grant"],
  ])("%s", async (_, answer, told) => {
    await using rig = makeRig();
    const fetch = createSecureFetch({ caCertificates: [], verify: true });
    const source = rig.restart({ oidc: { ...rig.oidc.service, fetch } });
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    rig.oidc.answerNext(answer, answer, answer);
    await source.get().catch(() => {});
    const lines = rig
      .logged()
      .split("\n")
      .filter((line) => line.includes(" login.refresh-failed "));
    expect(lines).toEqual([expect.stringContaining(told)]);
    expect(rig.logged()).not.toContain("private");
  });
});

describe("a refresh is shared", () => {
  describe("with a margin as long as a token lives", () => {
    const seconds = 3_600;
    const ask = async (rig: Rig, sources: readonly OpenTokenSource[], times: number, pauseMs: number) => {
      for (let time = 0; time < times; time++) {
        for (const source of sources) {
          await source.get();
          await source.settled();
        }
        rig.clock.advance(pauseMs);
      }
    };

    test("a token is replaced in the middle of its life, and not at every request", async () => {
      await using rig = makeRig({ marginSeconds: seconds });
      rig.writeOwn(ownLogin);
      await ask(rig, [rig.source], 30, 59_000);
      expect(rig.oidc.calls).toHaveLength(1);
      await ask(rig, [rig.source], 30, 59_000);
      expect(rig.oidc.calls).toHaveLength(2);
    });

    test("bridges that share a login do not replace each other's tokens at every request", async () => {
      await using rig = makeRig({ marginSeconds: seconds });
      rig.writeOwn(ownLogin);
      await ask(rig, [rig.source, rig.restart()], 20, 1_000);
      expect(rig.oidc.calls).toHaveLength(2);
    });
  });

  test("row 75: 100 requests that meet an expired token make one call", async () => {
    await using rig = rigWithCliToken(-1);
    const all = await Promise.all(Array.from({ length: 100 }, () => rig.source.get()));
    expect(new Set(all.map(({ value }) => value))).toEqual(new Set(["aoa-refreshed-1"]));
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("100 requests whose token was refused make one call, stragglers included", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const token = await rig.source.get();
    const all = await Promise.all(Array.from({ length: 100 }, () => rig.source.renew(token)));
    expect((await rig.source.renew(token)).value).toBe("aoa-refreshed-1");
    expect(new Set(all.map(({ value }) => value)).size).toBe(1);
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("row 75: waiters that leave do not take it from those that stay", async () => {
    await using rig = rigWithCliToken(-1);
    const leaving = new AbortController();
    const left = Promise.allSettled(Array.from({ length: 99 }, () => rig.source.get(leaving.signal)));
    const staying = rig.source.get();
    leaving.abort(new Error("gone"));
    for (const outcome of await left)
      expect(outcome).toMatchObject({ status: "rejected", reason: { message: "gone" } });
    expect((await staying).value).toBe("aoa-refreshed-1");
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("row 88: forced refreshes within 30 s of each other are one", async () => {
    await using rig = makeRig();
    rig.cli.login();
    for (let i = 0; i < 20; i++) expect((await rig.source.refresh()).value).toBe("aoa-refreshed-1");
    rig.clock.advance(31_000);
    expect((await rig.source.refresh()).value).toBe("aoa-refreshed-2");
  });
});

describe("a refused token", () => {
  test("gives way to a newer one in the stores", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const old = await rig.source.get();
    rig.cli.login({ access_token: "aoa-newer" });
    expect((await rig.source.renew(old)).value).toBe("aoa-newer");
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test("that was made a moment ago is the person's to mend, without another call", async () => {
    await using rig = rigWithCliToken(-1);
    for (let i = 0; i < 20; i++) {
      const token = await rig.source.get();
      await expect(rig.source.renew(token)).rejects.toMatchObject({ kind: "login" });
    }
    expect(rig.oidc.calls).toHaveLength(1);
    rig.clock.advance(31_000);
    expect((await rig.source.renew(await rig.source.get())).value).toBe("aoa-refreshed-2");
  });
});

test("a token refused right after its refresh gives way to a login made since", async () => {
  await using rig = rigWithCliToken(-1);
  const refused = await rig.source.get();
  rig.cli.login({ access_token: "aoa-relogin", refresh_token: "aor-relogin" });
  expect((await rig.source.renew(refused)).value).toBe("aoa-relogin");
});

describe("without a restart, and within a second", () => {
  test("row 72: a logout in the CLI ends the login, also one that was refreshed from it", async () => {
    await using rig = rigWithCliToken(-1);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    rig.cli.logout();
    rig.clock.advance(1_000);
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    await expect(rig.restart().get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(1);
    expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-rotated-1" });
  });

  test("a logout in the CLI leaves the own file's own login alone", async () => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    rig.cli.login();
    await rig.source.get();
    rig.cli.logout();
    rig.clock.advance(1_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  });

  test("row 73: another account in the CLI takes over from what was refreshed from the first", async () => {
    await using rig = rigWithCliToken(-1);
    rig.cli.setProfile(arn);
    await rig.source.get();
    const other = { access_token: "aoa-other", refresh_token: "aor-other", expires_at: rig.fromNow(600) };
    rig.cli.login(other, { client_id: "other-client" });
    rig.clock.advance(1_000);
    expect((await rig.source.get()).value).toBe("aoa-other");
    rig.clock.advance(590_000);
    rig.oidc.honoured.add("aor-other");
    await rig.source.get();
    expect(rig.oidc.calls[1]?.body).toMatchObject({ clientId: "other-client", refreshToken: "aor-other" });
    expect(rig.readOwn()).toMatchObject({ client_id: "other-client", refresh_token: "aor-rotated-2" });
  });

  test("a token that the CLI refreshed itself is used", async () => {
    await using rig = rigWithCliToken(30);
    rig.cli.login({ access_token: "aoa-by-the-cli", expires_at: rig.fromNow(3600) });
    expect((await rig.source.get()).value).toBe("aoa-by-the-cli");
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test.each(["delete", "wal"] as const)(
    "every login in a database in journal mode %s is noticed within a second",
    async (journal) => {
      await using rig = makeRig();
      const cli = makeCliDatabase(join(rig.folder, journal), journal);
      rig.clock.advance(3_600_000);
      const source = rig.restart({ cliDatabase: cli.path });
      for (const access_token of ["aoa-1", "aoa-2", "aoa-3"]) {
        cli.login({ access_token });
        rig.clock.advance(1_000);
        expect((await source.get()).value).toBe(access_token);
      }
      cli.close();
    },
  );

  test("row 72: a database that is merely unreadable is no logout", async () => {
    await using rig = rigWithCliToken(-1);
    await rig.source.get();
    rmSync(rig.cli.path);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  });
});

describe("a login handed over", () => {
  const input = { clientId: "new-client", clientSecret: "new-secret", refreshToken: "aor-new" };

  test("replaces the own file's as a whole and keeps what is not of a login", async () => {
    await using rig = makeRig();
    rig.writeOwn({
      ...ownLogin,
      access_token: "aoa-own",
      clientId: "x",
      region: "eu-west-1",
      note: { a: [1] },
    });
    await rig.source.set({ ...input, profileArn: arn });
    expect(rig.readOwn()).toEqual({
      note: { a: [1] },
      client_id: "new-client",
      client_secret: "new-secret",
      refresh_token: "aor-new",
      region: "us-east-1",
      profile_arn: arn,
    });
    rig.oidc.honoured.add("aor-new");
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  });

  test("row 87: during a refresh of the old one is not overwritten by it", async () => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    const { promise: called, resolve: call } = Promise.withResolvers<void>();
    const { promise: answer, resolve: letAnswer } = Promise.withResolvers<Response>();
    rig.oidc.answerNext(() => {
      call();
      return answer;
    });
    const waiting = rig.source.get();
    await called;
    const set = rig.source.set(input);
    letAnswer(tokens({ accessToken: "aoa-of-the-old", refreshToken: "aor-of-the-old" }));
    await set;
    expect((await waiting).value).toBe("aoa-of-the-old");
    expect(rig.readOwn()).toMatchObject({ client_id: "new-client", refresh_token: "aor-new" });
  });

  const byHand = { ...ownLogin, client_id: "by-hand", access_token: "aoa-by-hand", expires_in: 7_200 };
  const changes: [string, (rig: Rig) => void, string][] = [
    ["written into the file by hand", (rig) => rig.writeOwn(byHand), "aoa-by-hand"],
    ["taken out of the file", (rig) => rig.writeOwn("{}"), "login"],
    ["deleted with the file", (rig) => rmSync(rig.ownFile), "login"],
  ];
  test.each(changes)(
    "or %s during a refresh of the old one is not undone by it",
    async (_, change, ending) => {
      await using rig = makeRig();
      rig.writeOwn(ownLogin);
      rig.oidc.answerNext(() => {
        change(rig);
        return tokens({ accessToken: "aoa-of-the-old", refreshToken: "aor-of-the-old" });
      });
      const ended = await rig.source.get().catch((error) => error);
      expect(ended.value ?? ended.kind).toBe(ending);
      expect(
        await Bun.file(rig.ownFile)
          .text()
          .catch(() => ""),
      ).not.toInclude("of-the-old");
    },
  );

  test.each([
    { ...input, clientId: "" },
    { ...input, refreshToken: "two\nlines" },
    { ...input, clientSecret: "x".repeat(1_000_000) },
    { ...input, region: "evil.example/" },
    { ...input, profileArn: "arn:aws:s3:::bucket" },
  ])("row 87: is refused whole when it cannot work: %#", async (bad) => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    await expect(rig.source.set(bad)).rejects.toMatchObject({ kind: "invalid-request" });
    expect(rig.readOwn()).toEqual(ownLogin);
  });
});

test("status tells what is there without a secret", async () => {
  await using rig = makeRig();
  rig.cli.login();
  rig.cli.setProfile(arn);
  const status = await rig.source.status();
  expect(status).toEqual({
    state: "ready",
    source: "Amazon Q CLI",
    kind: "builder-id",
    expiresAt: new Date(cliToken.expires_at),
    canRefresh: true,
    region: "us-east-1",
    startUrl: cliToken.start_url,
    clientEndsAt: new Date(cliRegistration.client_secret_expires_at),
    profileArn: arn,
    persisted: true,
    searched: [`${rig.ownFile}: there is no such file`, rig.cli.path],
  });
  expect(JSON.stringify(status)).not.toMatch(/aoa-|aor-|secret/);
});
