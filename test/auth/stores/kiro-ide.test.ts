import { beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { heldGrantId } from "../../../src/auth/login.ts";
import { createKiroIdeCache } from "../../../src/auth/stores/kiro-ide-cache.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type KiroIde, kiroIdeToken, longToken, makeKiroIde } from "../../support/kiro-ide.ts";
import { bareLogin } from "../rig.ts";

const arn = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
let folder: string;
let ide: KiroIde;
beforeEach(() => {
  folder = temporaryFolder();
  ide = makeKiroIde(folder);
});

const read = () => createKiroIdeCache(ide.path).read();

test("a login of an identity center is token and registration together", async () => {
  ide.login({ provider: "Enterprise", region: "eu-west-1" });
  expect(await read()).toEqual({
    state: "login",
    login: {
      source: "Kiro IDE",
      kind: "identity-center",
      accessToken: "aoa-ide-access",
      expiresAt: new Date(kiroIdeToken.expiresAt),
      grant: {
        clientId: "ide-client",
        clientSecret: "ide-secret",
        refreshToken: kiroIdeToken.refreshToken,
        region: "eu-west-1",
        clientEndsAt: new Date("2100-03-01T10:00:00Z"),
      },
      region: "eu-west-1",
      profileArn: undefined,
    },
  });
});

test("a social login has a profile and needs no registration", async () => {
  ide.login({ authMethod: "social", provider: "Google", clientIdHash: undefined, profileArn: arn });
  expect(await read()).toMatchObject({
    login: {
      kind: "social",
      profileArn: arn,
      grant: { refreshToken: kiroIdeToken.refreshToken, region: "us-east-1" },
    },
  });
});

describe("what cannot be used is named and not quoted", () => {
  const cannotRefresh = { state: "login", login: { accessToken: "aoa-ide-access", grant: undefined } };
  const cut = { state: "unusable", reason: "its refreshToken is cut short" };
  const cases: [string, () => void, object][] = [
    ["no file", () => {}, { state: "signed-out", reason: "there is no such file" }],
    ["a folder", () => mkdirSync(ide.path), { state: "unusable", reason: "it is not a regular file" }],
    ["a pipe", () => void Bun.spawnSync(["mkfifo", ide.path]), { state: "unusable" }],
    ["half a file", () => writeFileSync(ide.path, '{"accessToken": "aoa'), { state: "unusable" }],
    ["a huge file", () => writeFileSync(ide.path, " ".repeat(1_000_001)), { state: "unusable" }],
    ["a short refresh token", () => ide.login({ refreshToken: "aor-short" }), cut],
    ["an elided one", () => ide.login({ refreshToken: `aor${"x".repeat(100)}...` }), cut],
    ["a hostile region", () => ide.login({ region: "x.evil.example/" }), { state: "unusable" }],
    ["a name that leads elsewhere", () => ide.login({ clientIdHash: "../../../etc/passwd" }), cannotRefresh],
    ["another registration's name", () => ide.login({ clientIdHash: "0123456789" }), cannotRefresh],
    ["neither token", () => ide.login({ accessToken: 7, refreshToken: null }), { state: "unusable" }],
  ];
  test.each(cases)("%s", async (_, prepare, expected) => {
    prepare();
    const reading = await read();
    expect(reading).toMatchObject(expected);
    if (reading.state !== "login") expect(reading.reason).not.toMatch(/aoa|aor|evil/);
  });
});

describe("new tokens", () => {
  const client = { clientId: "ide-client", clientSecret: "ide-secret" };
  const renewed = {
    ...bareLogin,
    accessToken: "aoa-new",
    expiresAt: new Date("2100-02-02T10:00:00Z"),
    grant: { ...client, refreshToken: longToken("new"), region: "us-east-1" },
  };
  const idOfHeld = async () => heldGrantId(await read()) ?? "";

  test("take the old ones' place and leave all else", async () => {
    ide.login({ extra: { precise: 1.5 } });
    const before = ide.text();
    const outcome = await createKiroIdeCache(ide.path).writeBack?.(renewed, await idOfHeld());
    expect(outcome).toEqual({ state: "written" });
    const expected = before
      .replace("aoa-ide-access", "aoa-new")
      .replace(kiroIdeToken.refreshToken, longToken("new"))
      .replace(kiroIdeToken.expiresAt, "2100-02-02T10:00:00.000Z");
    expect(ide.text()).toBe(expected);
  });

  test("do not take the place of another login, nor of none", async () => {
    ide.login();
    const id = await idOfHeld();
    ide.login({ refreshToken: longToken("by-the-ide") });
    const before = ide.text();
    const store = createKiroIdeCache(ide.path);
    expect(await store.writeBack?.(renewed, id)).toEqual({ state: "changed" });
    expect(ide.text()).toBe(before);
    ide.logout();
    expect(await store.writeBack?.(renewed, id)).toEqual({ state: "changed" });
  });
});
