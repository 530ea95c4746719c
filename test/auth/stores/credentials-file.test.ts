import { beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Login } from "../../../src/auth/login.ts";
import { type CredentialsFile, createCredentialsFile } from "../../../src/auth/stores/credentials-file.ts";
import { silentLog } from "../../../src/log.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { manualClock } from "../manual-clock.ts";
import { ownLogin } from "../rig.ts";

let folder: string;
let path: string;
let file: CredentialsFile;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "amazonq_credentials.json");
  file = createCredentialsFile({ path, clock: manualClock(), log: silentLog });
});

const read = (content: unknown) => {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return file.read();
};

const ownClient = { clientId: "own-client", clientSecret: "own-secret" };
const login = {
  source: "own file",
  kind: undefined,
  accessToken: "aoa",
  expiresAt: new Date("2026-01-11T14:33:30.786Z"),
  grant: { ...ownClient, refreshToken: "aor-own-refresh", region: "eu-west-1" },
  region: "eu-west-1",
  profileArn: "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL",
  refreshedFrom: undefined,
} satisfies Login;

describe("spellings", () => {
  const shared = { region: "eu-west-1" };
  test.each([
    {
      ...shared,
      ...ownLogin,
      access_token: "aoa",
      profile_arn: login.profileArn,
      expires_at: "2026-01-11T14:33:30.786627123Z",
    },
    {
      ...shared,
      ...ownClient,
      refreshToken: "aor-own-refresh",
      accessToken: "aoa",
      profileArn: login.profileArn,
      expiresAt: "2026-01-11T14:33:30.786Z",
    },
    {
      ...shared,
      ...ownLogin,
      client_id: null,
      clientId: "own-client",
      accessToken: "aoa",
      profileArn: login.profileArn,
      token_expiry: "2026-01-11T15:33:30.786+01:00",
    },
  ])("of the original program and its relatives are all read: %#", async (content) => {
    expect(await read(content)).toEqual({ state: "login", login });
  });

  test("an empty text in one spelling does not hide what another says", async () => {
    const { client_id: clientId, ...rest } = ownLogin;
    const reading = await read({ ...rest, client_id: "", clientId, region: "" });
    expect(reading).toMatchObject({ login: { grant: { clientId }, region: "us-east-1" } });
  });

  test("what the original's helper prints is a login of Builder ID's region", async () => {
    const reading = await read({ ...ownLogin, profile_arn: null });
    expect(reading).toMatchObject({
      state: "login",
      login: { region: "us-east-1", profileArn: undefined, accessToken: undefined, expiresAt: null },
    });
  });

  test("`expires_in` counts from when the file was written", async () => {
    const reading = await read({ ...ownLogin, access_token: "aoa", expires_in: 3600 });
    const expected = new Date(statSync(path).mtime.getTime() + 3_600_000);
    expect(reading).toMatchObject({ login: { expiresAt: expected } });
  });

  test.each([null, "soon", "1", 0, -5, 1e300, {}, "2026-13-45T00:00:00Z"])(
    "an expiry of %p is unknown",
    async (value) => {
      const reading = await read({ access_token: "aoa", expires_at: value, expires_in: value });
      expect(reading).toMatchObject({ state: "login", login: { expiresAt: null } });
    },
  );
});

describe("row 81: what is no login is absent, with a reason that quotes nothing", () => {
  const noObject = "it is not a JSON object in UTF-8";
  const noToken = (name: string) => `its ${name} is too long, or not a text without spaces`;
  test.each([
    [noObject, ""],
    [noObject, "{"],
    [noObject, "[]"],
    [noObject, "null"],
    [noObject, Buffer.from(JSON.stringify(ownLogin), "utf16le").toString("latin1")],
    ["it is larger than 1000000 bytes", `{"a":"${"x".repeat(1_000_000)}"}`],
    [noToken("client_id"), { ...ownLogin, client_id: 7 }],
    [noToken("access_token"), { ...ownLogin, access_token: "aoa\r\nx-evil: 1" }],
    [noToken("access_token"), { ...ownLogin, access_token: "aoé" }],
    ["its region is not an AWS region", { ...ownLogin, region: "evil.example/x" }],
    ["its profile_arn is not the ARN of a profile", { ...ownLogin, profile_arn: "arn:aws:iam::1:role/x" }],
    ["it lacks client_id and client_secret", { ...ownLogin, client_secret: "", client_id: null }],
  ])("%s: %#", async (reason, content) => {
    expect(await read(content)).toEqual({ state: "unusable", reason });
  });

  test("an object without any of it is a store without a login", async () => {
    expect(await read({ note: "mine" })).toEqual({ state: "signed-out", reason: "it holds no login" });
  });

  test("a folder and a pipe are not opened", async () => {
    mkdirSync(path);
    expect(await file.read()).toEqual({ state: "unusable", reason: "it is not a regular file" });
    rmSync(path, { recursive: true });
    Bun.spawnSync(["mkfifo", path]);
    expect(await file.read()).toEqual({ state: "unusable", reason: "it is not a regular file" });
    await expect(file.save(login)).rejects.toThrow("not a regular file");
  });

  test("a loop of links is not followed for ever", async () => {
    symlinkSync(path, path);
    expect(await file.read()).toEqual({ state: "unusable", reason: "it cannot be read (ELOOP)" });
  });
});

test("rows 83 and 84: another user's file is neither read nor replaced, also behind a link", async () => {
  symlinkSync("/etc/hostname", path);
  const foreign = createCredentialsFile({ path, clock: manualClock(), log: silentLog });
  const getuid = process.getuid;
  process.getuid = () => 12_345;
  try {
    expect(await foreign.read()).toEqual({ state: "unusable", reason: "it belongs to another user" });
    await expect(foreign.save(login)).rejects.toThrow("another user");
  } finally {
    if (getuid) process.getuid = getuid;
  }
});

describe("a saved login", () => {
  test("is read back as it was", async () => {
    await file.save(login);
    expect(await file.read()).toEqual({ state: "login", login });
  });

  test("replaces every spelling of the old one and leaves the rest", async () => {
    writeFileSync(
      path,
      JSON.stringify({ clientId: "x", accessToken: "y", expires_in: 5, mine: { deep: [1, null] } }),
    );
    await file.save(login);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      mine: { deep: [1, null] },
      client_id: "own-client",
      client_secret: "own-secret",
      refresh_token: "aor-own-refresh",
      access_token: "aoa",
      expires_at: "2026-01-11T14:33:30.786Z",
      region: "eu-west-1",
      profile_arn: login.profileArn,
    });
  });
});
