import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCliDatabase } from "../../../src/auth/stores/cli-database.ts";
import {
  type CliDatabase,
  cliRegistration,
  cliToken,
  makeCliDatabase,
  registrationKey,
  tokenKey,
} from "../../support/cli-database.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { manualClock } from "../manual-clock.ts";

const arn = "arn:aws:codewhisperer:eu-central-1:123456789012:profile/ABCDEFGHIJKL";
let folder: string;
let path: string;
let open: CliDatabase | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "amazon-q", "data.sqlite3");
});
afterEach(() => {
  open?.close();
  open = undefined;
});

const make = (journal?: "delete" | "wal"): CliDatabase => {
  open = makeCliDatabase(path, journal);
  return open;
};
const read = () => createCliDatabase(path, manualClock()).read();

describe.each(["delete", "wal"] as const)("in journal mode %s", (journal) => {
  test("the login is read while the CLI holds the database open", async () => {
    const cli = make(journal);
    cli.login({ region: "eu-west-1" }, { region: "eu-west-1" });
    cli.setProfile(arn);
    expect(await read()).toEqual({
      state: "login",
      login: {
        source: "Amazon Q CLI",
        kind: "builder-id",
        accessToken: "aoa-cli-access",
        expiresAt: new Date("2100-01-11T14:33:30.786Z"),
        grant: {
          clientId: "cli-client",
          clientSecret: "cli-secret",
          refreshToken: "aor-cli-refresh",
          region: "eu-west-1",
          clientEndsAt: new Date(cliRegistration.client_secret_expires_at),
        },
        region: "eu-west-1",
        startUrl: cliToken.start_url,
        profileArn: arn,
      },
    });
  });

  test("row 69: a write under way is not seen and not waited for; once committed it is", async () => {
    const cli = make(journal);
    cli.login({ access_token: "aoa-1" });
    cli.connection.run("BEGIN IMMEDIATE");
    cli.setAuth(tokenKey, JSON.stringify({ ...cliToken, access_token: "aoa-2" }));
    expect(await read()).toMatchObject({ login: { accessToken: "aoa-1" } });
    cli.connection.run("COMMIT");
    expect(await read()).toMatchObject({ login: { accessToken: "aoa-2" } });
  });
});

describe("row 68: an exclusive lock", () => {
  test("is waited for without blocking the event loop", async () => {
    const cli = make();
    cli.login();
    cli.connection.run("BEGIN EXCLUSIVE");
    const clock = manualClock();
    let ticks = 0;
    const ticker = setInterval(() => ticks++, 0);
    const startedAt = performance.now();
    const reading = createCliDatabase(path, clock).read();
    while (ticks < 10) await new Promise(setImmediate);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    cli.connection.run("COMMIT");
    clearInterval(ticker);
    expect(await clock.runUntil(reading)).toMatchObject({ state: "login" });
  });

  test("that stays is `busy` within a second", async () => {
    const cli = make();
    cli.login();
    cli.connection.run("BEGIN EXCLUSIVE");
    const clock = manualClock();
    const startedAt = clock.now();
    const reading = await clock.runUntil(createCliDatabase(path, clock).read());
    expect(reading).toEqual({ state: "busy", reason: "another program has locked it" });
    expect(clock.now() - startedAt).toBeWithin(900, 1_001);
  });
});

describe("a database that is none", () => {
  const cases: [string, () => void, RegExp][] = [
    ["missing", () => {}, /^there is no such file$/],
    ["empty", () => writeFileSync(path, ""), /no such table: auth_kv/],
    ["garbage", () => writeFileSync(path, "garbage ".repeat(1_000)), /not a database/],
    ["cut off", () => writeFileSync(path, "SQLite format 3\0"), /SQLite says/],
    ["folder", () => mkdirSync(path), /^it is not a regular file$/],
    ["pipe", () => void Bun.spawnSync(["mkfifo", path]), /^it is not a regular file$/],
    ["device", () => symlinkSync("/dev/zero", path), /^it is not a regular file$/],
    ["dangling link", () => symlinkSync("nowhere", path), /^there is no such file$/],
    ["loop of links", () => symlinkSync(path, path), /^it cannot be examined \(ELOOP\)$/],
  ];
  test.each(cases)("row 70: %s", async (name, build, reason) => {
    mkdirSync(join(folder, "amazon-q"));
    build();
    expect(await read()).toEqual({
      state: ["missing", "dangling link"].includes(name) ? "missing" : "unusable",
      reason: expect.stringMatching(reason),
    });
  });
});

describe("a database with other contents", () => {
  const unreadable = { state: "unusable", reason: `${tokenKey} is not a JSON object` };
  const reason = `${tokenKey} holds neither an access token nor what a refresh needs`;
  const noTokens = { state: "unusable", reason };
  const noRegion = { state: "unusable", reason: `${tokenKey} names no AWS region` };
  const signedOut = { state: "signed-out", reason: "the Amazon Q CLI is not logged in" };
  const cannotRefresh = { state: "login", login: { accessToken: "aoa-cli-access", grant: undefined } };
  const noProfile = { state: "login", login: { profileArn: undefined } };
  const run = (sql: string) => (cli: CliDatabase) => cli.connection.run(sql);
  const setToken = (value: string | Uint8Array | null) => (cli: CliDatabase) => cli.setAuth(tokenKey, value);
  const token = (members: object) => setToken(JSON.stringify(members));
  const registration = (members: object) => (cli: CliDatabase) => cli.login({}, { ...members });

  const cases: [string, (cli: CliDatabase) => void, object][] = [
    ["no auth_kv", run("DROP TABLE auth_kv"), { state: "unusable" }],
    ["no state", run("DROP TABLE state"), noProfile],
    ["state of other columns", run("ALTER TABLE state RENAME value TO v"), noProfile],
    ["renamed columns", run("ALTER TABLE auth_kv RENAME value TO v"), { state: "unusable" }],
    ["logged out", (cli) => cli.logout(), signedOut],
    ["NULL", setToken(null), unreadable],
    ["empty text", setToken(""), unreadable],
    ["broken JSON", setToken('{"access_token": "aoa'), unreadable],
    ["array", setToken("[1]"), unreadable],
    ["NUL inside", setToken(`{"a":"\0"}`), unreadable],
    ["bytes that are no UTF-8", setToken(new Uint8Array([0x7b, 0xff, 0x7d])), unreadable],
    ["the JSON as a BLOB", setToken(Buffer.from(JSON.stringify(cliToken))), { state: "login" }],
    ["renamed members", token({ accessToken: "aoa", refreshToken: "aor" }), noTokens],
    ["wrong types", token({ access_token: 7, refresh_token: {}, expires_at: [] }), noTokens],
    ["newline in the token", token({ access_token: "aoa\nx: y" }), noTokens],
    ["hostile region", token({ ...cliToken, region: "x.evil.example/" }), noRegion],
    ["expiry unparsable", token({ ...cliToken, expires_at: "soon" }), { login: { expiresAt: null } }],
    ["no registration", run(`DELETE FROM auth_kv WHERE key = '${registrationKey}'`), cannotRefresh],
    ["registration of another region", registration({ region: "eu-west-1" }), cannotRefresh],
    ["registration of another flow", registration({ oauth_flow: "Pkce" }), cannotRefresh],
    ["registration broken", (cli) => cli.setAuth(registrationKey, "{"), cannotRefresh],
    [
      "flow spelled otherwise",
      registration({ oauth_flow: "devicecode" }),
      { login: { grant: { region: "us-east-1" } } },
    ],
    ["profile of nothing", (cli) => cli.setProfile("arn:aws:s3:::x"), noProfile],
  ];
  test.each(cases)("row 71: %s", async (_, change, expected) => {
    const cli = make();
    cli.login();
    change(cli);
    expect(await read()).toMatchObject(expected);
  });

  test("a registration that never expires can refresh", async () => {
    make().login({}, { client_secret_expires_at: null });
    expect(await read()).toMatchObject({
      login: { grant: { clientId: cliRegistration.client_id, clientEndsAt: undefined } },
    });
  });
});

test("the database is byte for byte what it was after being read", async () => {
  make().login();
  const before = await Bun.file(path).bytes();
  await read();
  expect(await Bun.file(path).bytes()).toEqual(before);
});
