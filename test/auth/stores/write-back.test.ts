import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type CliDatabase,
  cliToken,
  makeCliDatabase,
  readAsCli,
  tokenKey,
} from "../../support/cli-database.ts";
import { until } from "../../support/event-loop.ts";
import { longToken, makeKiroIde } from "../../support/kiro-ide.ts";
import { refusal, tokens } from "../../support/oidc.ts";
import { asNobody } from "../as-nobody.ts";
import { makeRig, type Rig, rigWithCliToken } from "../rig.ts";

/** A row with what no parser gives back as it was. */
const rowText = (expiresAt: string) =>
  `{ "scopes": ["codewhisperer:completions"],"access_token":"aoa-cli-access", "big": 12345678901234567890,
  "refresh_token" : "aor-cli-refresh", "oauth_flow":"DeviceCode","region":"us-east-1","expires_at":"${expiresAt}",
  "start_url":"https:\\/\\/view.awsapps.com\\/start", "later": {"access_token": "inner", "n": 1.50} }`;

const refreshTokenIn = (database: CliDatabase, key = tokenKey) => readAsCli(database.auth(key)).refresh_token;

/** The CLI's own refresh, as its source does it: what it gets replaces the row, and a refusal deletes it. */
function refreshAsCli(rig: Rig): boolean {
  const used = refreshTokenIn(rig.cli) ?? "";
  const isGranted = rig.oidc.honoured.delete(used);
  if (isGranted) rig.cli.login({ refresh_token: `${used}-cli`, expires_at: rig.fromNow(3600) });
  else rig.cli.logout();
  if (isGranted) rig.oidc.honoured.add(`${used}-cli`);
  return isGranted;
}

describe.each(["delete", "wal"] as const)("in journal mode %s", (journal) => {
  test("the CLI's row gets the new tokens, and every other byte stays", async () => {
    await using rig = makeRig();
    const cli = makeCliDatabase(join(rig.folder, "other", "data.sqlite3"), journal);
    cli.login();
    cli.setAuth(tokenKey, rowText(rig.fromNow(-1)));
    const token = await rig.restart({ cliDatabase: cli.path }).get();
    const expiry = token.expiresAt?.toISOString() ?? "";
    expect(cli.auth(tokenKey)).toBe(
      rowText(expiry)
        .replace("aoa-cli-access", "aoa-refreshed-1")
        .replace("aor-cli-refresh", "aor-rotated-1"),
    );
    expect(readAsCli(cli.auth(tokenKey))).toMatchObject({
      access_token: "aoa-refreshed-1",
      refresh_token: "aor-rotated-1",
      expires_at: expiry,
      oauth_flow: "DeviceCode",
    });
    cli.close();
  });
});

test("the CLI is never logged out by us, however often both refresh", async () => {
  await using rig = rigWithCliToken(-1);
  for (let hour = 0; hour < 4; hour++) {
    await rig.source.get();
    rig.clock.advance(3_600_000);
    expect(refreshAsCli(rig)).toBe(true);
    rig.clock.advance(3_600_000);
  }
  expect(rig.logged()).not.toMatch(/refresh-failed|not-written-back/);
});

test("our own file is durable before the CLI's row is touched", async () => {
  await using rig = rigWithCliToken(-1);
  rig.cli.connection.run(
    "CREATE TRIGGER refuse BEFORE UPDATE ON auth_kv BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-rotated-1" });
  expect(rig.logged()).toMatch(/warn {2}login\.not-written-back source="Amazon Q CLI"/);
});

/** The CLI's login has expired, and its database is locked from when it is renewed on. */
async function lockAtRefresh(
  rig: Rig,
  renewed: { accessToken: string; refreshToken: string },
): Promise<void> {
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  await rig.source.status();
  rig.oidc.answerNext(() => {
    rig.cli.connection.run("BEGIN IMMEDIATE");
    return tokens(renewed);
  });
}

describe("a concurrent refresh of the CLI", () => {
  test("that is stored first wins, and ours does not touch it", async () => {
    await using rig = rigWithCliToken(-1);
    const theirs = { access_token: "aoa-theirs", refresh_token: "aor-theirs", expires_at: rig.fromNow(3600) };
    rig.oidc.answerNext(() => {
      rig.cli.login(theirs);
      return tokens({ accessToken: "aoa-ours", refreshToken: "aor-ours" });
    });
    await rig.source.get();
    expect(readAsCli(rig.cli.auth(tokenKey))).toMatchObject(theirs);
    rig.clock.advance(1_000);
    expect((await rig.source.get()).value).toBe("aoa-theirs");
  });

  test("that makes ours fail is used", async () => {
    await using rig = rigWithCliToken(-1);
    rig.oidc.answerNext(() => {
      rig.cli.login({
        access_token: "aoa-theirs",
        refresh_token: "aor-theirs",
        expires_at: rig.fromNow(3600),
      });
      return refusal("invalid_grant");
    });
    expect((await rig.source.get()).value).toBe("aoa-theirs");
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("a logout meanwhile is not undone", async () => {
    await using rig = rigWithCliToken(-1);
    rig.oidc.answerNext(() => {
      rig.cli.logout();
      return tokens({ accessToken: "aoa-ours", refreshToken: "aor-ours" });
    });
    await rig.source.get();
    expect(rig.cli.auth(tokenKey)).toBeUndefined();
    rig.clock.advance(1_000);
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
  });
});

describe("a database that cannot be written", () => {
  test("because it is locked costs no wait, and gets the tokens later", async () => {
    await using rig = makeRig();
    await lockAtRefresh(rig, { accessToken: "aoa-ours", refreshToken: "aor-ours" });
    const startedAt = rig.clock.now();
    expect((await rig.source.get()).value).toBe("aoa-ours");
    expect((await rig.source.get()).value).toBe("aoa-ours");
    expect(rig.clock.now()).toBe(startedAt);
    rig.cli.connection.run("COMMIT");
    expect(refreshTokenIn(rig.cli)).toBe("aor-cli-refresh");
    rig.clock.advance(31_000);
    await rig.source.get();
    await until(() => refreshTokenIn(rig.cli) === "aor-ours");
    expect(rig.logged().match(/not-written-back/g)).toHaveLength(1);
  });

  test("gets the tokens later even when nobody asks for any", async () => {
    await using rig = makeRig();
    await lockAtRefresh(rig, { accessToken: "aoa-ours", refreshToken: "aor-ours" });
    await rig.source.get();
    rig.cli.connection.run("COMMIT");
    rig.clock.advance(31_000);
    await until(() => refreshTokenIn(rig.cli) === "aor-ours");
  });

  test("gets the tokens before a login of the person's own takes their place", async () => {
    await using rig = makeRig();
    await lockAtRefresh(rig, { accessToken: "aoa-ours", refreshToken: "aor-ours" });
    await rig.source.get();
    rig.cli.connection.run("COMMIT");
    await rig.source.set({ clientId: "own", clientSecret: "own-secret", refreshToken: "aor-own-refresh" });
    expect(refreshTokenIn(rig.cli)).toBe("aor-ours");
    expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-own-refresh" });
  });

  test("gets the newest of several, since it still holds their forerunner", async () => {
    await using rig = makeRig();
    await lockAtRefresh(rig, { accessToken: "aoa-1", refreshToken: "aor-1" });
    await rig.source.get();
    rig.oidc.honoured.add("aor-1");
    rig.clock.advance(3_600_000);
    await rig.source.get();
    rig.cli.connection.run("COMMIT");
    expect(refreshTokenIn(rig.cli)).toBe("aor-cli-refresh");
    rig.clock.advance(31_000);
    await rig.source.get();
    await until(() => refreshTokenIn(rig.cli) === "aor-rotated-2");
    expect(refreshAsCli(rig)).toBe(true);
  });

  test("for a long time still gets the newest, and our own file does not grow", async () => {
    await using rig = rigWithCliToken(-1);
    const refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON auth_kv BEGIN SELECT RAISE(ABORT, 'no'); END";
    rig.cli.connection.run(refuse);
    for (let hour = 1; hour <= 40; hour++) {
      expect((await rig.source.get()).value).toBe(`aoa-refreshed-${hour}`);
      rig.clock.advance(3_600_000);
    }
    expect(JSON.stringify(rig.readOwn()).length).toBeLessThan(800);
    rig.cli.connection.run("DROP TRIGGER refuse");
    await rig.source.get();
    expect(refreshTokenIn(rig.cli)).toBe("aor-rotated-41");
  });

  test("because it is read-only costs nothing but the CLI's copy", async () => {
    await using rig = rigWithCliToken(-1);
    await asNobody(rig.folder, { unwritable: [rig.cli.path] }, async () => {
      const source = rig.restart();
      expect((await source.get()).value).toBe("aoa-refreshed-1");
      rig.clock.advance(3_600_000);
      expect((await source.get()).value).toBe("aoa-refreshed-2");
    });
    expect(refreshTokenIn(rig.cli)).toBe("aor-cli-refresh");
    expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-rotated-2" });
  });
});

test("what a process that died owed is paid by the next", async () => {
  await using rig = makeRig();
  await lockAtRefresh(rig, { accessToken: "aoa-ours", refreshToken: "aor-ours" });
  await rig.source.get();
  rig.cli.connection.run("COMMIT");
  expect((await rig.restart().get()).value).toBe("aoa-ours");
  await until(() => refreshTokenIn(rig.cli) === "aor-ours");
});

describe("with credentials.cli_write_back off", () => {
  test("the CLI's token is used to its end and its refresh token never", async () => {
    await using rig = makeRig({ writesBack: false });
    rig.cli.login({ expires_at: rig.fromNow(200) });
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
    expect((await rig.source.refresh()).value).toBe("aoa-cli-access");
    expect(await rig.source.status()).toMatchObject({ state: "ready", canRefresh: false });
    rig.clock.advance(201_000);
    const failure = rig.source.get();
    await expect(failure).rejects.toMatchObject({ kind: "login" });
    await expect(failure).rejects.toThrow("use Amazon Q CLI once");
    rig.cli.login({ access_token: "aoa-by-the-cli", expires_at: rig.fromNow(3600) });
    expect((await rig.source.get()).value).toBe("aoa-by-the-cli");
    expect(rig.oidc.calls).toHaveLength(0);
  });
});

test("a copy of the CLI's login in our own file is refreshed as the CLI's", async () => {
  await using rig = rigWithCliToken(-1);
  rig.writeOwn({ client_id: "cli-client", client_secret: "cli-secret", refresh_token: "aor-cli-refresh" });
  for (const token of ["aor-rotated-1", "aor-rotated-2"]) {
    await rig.source.get();
    expect(refreshTokenIn(rig.cli)).toBe(token);
    expect(rig.readOwn()).toMatchObject({ refresh_token: token });
    rig.clock.advance(3_600_000);
  }
  expect(readdirSync(dirname(rig.ownFile)).filter((name) => name.includes("replaced"))).toEqual([]);
});

describe("the same login in the databases of two programs", () => {
  const makeBoth = () => {
    const rig = makeRig();
    const kiro = makeCliDatabase(join(rig.folder, "kiro-cli", "data.sqlite3"));
    for (const cli of [rig.cli, kiro]) cli.login({ expires_at: rig.fromNow(-1) });
    return { rig, kiro, source: rig.restart({ kiroDatabases: [kiro.path] }) };
  };

  test("gets the new tokens in both", async () => {
    const { rig, kiro, source } = makeBoth();
    await using _ = rig;
    for (const token of ["aor-rotated-1", "aor-rotated-2"]) {
      await source.get();
      expect([refreshTokenIn(rig.cli), refreshTokenIn(kiro)]).toEqual([token, token]);
      rig.clock.advance(3_600_000);
    }
    kiro.close();
  });

  test("gets the newest in the one that could not be written before", async () => {
    const { rig, kiro, source } = makeBoth();
    await using _ = rig;
    await source.status();
    kiro.connection.run("BEGIN IMMEDIATE");
    await source.get();
    rig.clock.advance(3_600_000);
    await source.get();
    kiro.connection.run("COMMIT");
    expect([refreshTokenIn(rig.cli), refreshTokenIn(kiro)]).toEqual(["aor-rotated-2", "aor-cli-refresh"]);
    rig.clock.advance(31_000);
    await source.get();
    await until(() => refreshTokenIn(kiro) === "aor-rotated-2");
    kiro.close();
  });
});

test("a social login of kiro-cli is refreshed at Kiro and written back under its own key", async () => {
  await using rig = makeRig();
  const kiro = makeCliDatabase(join(rig.folder, "kiro-cli", "data.sqlite3"));
  const profile_arn = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
  const row = { ...cliToken, expires_at: rig.fromNow(-1), provider: "google", profile_arn };
  kiro.setAuth("kirocli:social:token", JSON.stringify(row));
  const source = rig.restart({ kiroDatabases: [kiro.path] });
  expect(await source.get()).toMatchObject({ value: "aoa-refreshed-1", profileArn: profile_arn });
  expect(rig.oidc.calls[0]).toMatchObject({
    path: "/social/us-east-1/refreshToken",
    body: { refreshToken: "aor-cli-refresh" },
  });
  expect(rig.oidc.calls[0]?.headers.get("user-agent")).toBe("aqbridge/test");
  const written = JSON.parse(kiro.auth("kirocli:social:token") ?? "");
  expect(written).toMatchObject({ refresh_token: "aor-rotated-1", provider: "google", profile_arn });
  expect(rig.readOwn()).toMatchObject({ auth_method: "social", refresh_token: "aor-rotated-1" });
  rig.clock.advance(3_600_000);
  expect((await source.get()).value).toBe("aoa-refreshed-2");
  kiro.close();
});

test("the Kiro IDE's login is refreshed and its file gets the new tokens", async () => {
  await using rig = makeRig();
  const ide = makeKiroIde(join(rig.folder, "cache"));
  ide.login({ expiresAt: rig.fromNow(-1) });
  rig.oidc.answerNext(() => tokens({ accessToken: "aoa-ours", refreshToken: longToken("ours") }));
  const source = rig.restart({ kiroIdeFile: ide.path });
  expect((await source.get()).value).toBe("aoa-ours");
  expect(JSON.parse(ide.text())).toMatchObject({ accessToken: "aoa-ours", refreshToken: longToken("ours") });
  expect(await source.status()).toMatchObject({ source: "Kiro IDE", kind: "builder-id" });
  ide.logout();
  rig.clock.advance(1_000);
  await expect(source.get()).rejects.toMatchObject({ kind: "login" });
});
