import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { cliToken, makeCliDatabase } from "../support/cli-database.ts";
import { makeKiroIde } from "../support/kiro-ide.ts";
import { makeRig, ownLogin } from "./rig.ts";

const key = "ksk_0123456789";

describe("row 67: of the own file and the CLI's database", () => {
  test.each([
    { own: false, cli: true, source: "Amazon Q CLI", value: "aoa-cli-access" },
    { own: true, cli: false, source: "own file", value: "aoa-own" },
    { own: true, cli: true, source: "Amazon Q CLI", value: "aoa-cli-access" },
  ])("own: $own, CLI: $cli, and $source is used", async ({ own, cli, source, value }) => {
    await using rig = makeRig();
    if (own) rig.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at: rig.fromNow(3600) });
    if (cli) rig.cli.login();
    else rmSync(rig.cli.path);
    expect((await rig.source.get()).value).toBe(value);
    expect(await rig.source.status()).toMatchObject({ state: "ready", source });
    expect(rig.logged().match(/login\.used/g)).toHaveLength(1);
  });

  test("neither is told once, with the places searched, and mended by a login", async () => {
    await using rig = makeRig();
    for (let i = 0; i < 5; i++) await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.logged().match(/warn {2}login\.none /g)).toHaveLength(1);
    rig.cli.login();
    expect((await rig.source.get()).value).toBe("aoa-cli-access");
  });
});

test("every place is looked at, and the token that lives longest is used", async () => {
  await using rig = makeRig();
  const kiro = makeCliDatabase(join(rig.folder, "kiro-cli", "data.sqlite3"));
  const ide = makeKiroIde(join(rig.folder, "cache"));
  const source = rig.restart({ kiroDatabases: [kiro.path], kiroIdeFile: ide.path });
  const expectUsed = async (value: string, name: string) => {
    rig.clock.advance(1_000);
    expect((await source.get()).value).toBe(value);
    expect(await source.status()).toMatchObject({ source: name });
  };
  rig.cli.login({ expires_at: rig.fromNow(3600) });
  await expectUsed("aoa-cli-access", "Amazon Q CLI");
  const row = { ...cliToken, access_token: "aoa-kiro", expires_at: rig.fromNow(4000) };
  kiro.setAuth("kirocli:social:token", JSON.stringify(row));
  await expectUsed("aoa-kiro", "kiro-cli");
  ide.login({ expiresAt: rig.fromNow(5000) });
  await expectUsed("aoa-ide-access", "Kiro IDE");
  ide.logout();
  await expectUsed("aoa-kiro", "kiro-cli");
  kiro.logout();
  await expectUsed("aoa-cli-access", "Amazon Q CLI");
  expect((await source.status()).searched).toEqual([
    `${rig.ownFile}: there is no such file`,
    rig.cli.path,
    `${kiro.path}: the kiro-cli is not logged in`,
    `${ide.path}: there is no such file`,
  ]);
  const changes = [...rig.logged().matchAll(/login\.used source=("[^"]+"|\S+)/g)].map(([, name]) => name);
  expect(changes).toEqual(['"Amazon Q CLI"', "kiro-cli", '"Kiro IDE"', "kiro-cli", '"Amazon Q CLI"']);
  kiro.close();
});

test("of dead tokens the own file's, then each program's is refreshed, until one can be", async () => {
  await using rig = makeRig();
  const kiro = makeCliDatabase(join(rig.folder, "kiro-cli", "data.sqlite3"));
  rig.oidc.honoured.clear();
  rig.oidc.honoured.add("aor-kiro");
  rig.writeOwn(ownLogin);
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  const row = { ...cliToken, refresh_token: "aor-kiro", expires_at: rig.fromNow(-1) };
  kiro.setAuth("kirocli:social:token", JSON.stringify(row));
  expect((await rig.restart({ kiroDatabases: [kiro.path] }).get()).value).toBe("aoa-refreshed-3");
  expect(rig.oidc.calls.map(({ body }) => body["refreshToken"])).toEqual([
    "aor-own-refresh",
    "aor-cli-refresh",
    "aor-kiro",
  ]);
  kiro.close();
});

describe("an API key of Kiro", () => {
  test("goes before every login, says what it is and never expires", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const source = rig.restart({ kiroApiKey: key });
    const token = { value: key, expiresAt: null, profileArn: undefined, type: "API_KEY" } as const;
    expect(await source.get()).toEqual(token);
    rig.clock.advance(1e12);
    expect(await source.refresh()).toEqual(token);
    expect(await source.status()).toMatchObject({ source: "KIRO_API_KEY", kind: "api-key" });
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test("that is refused gives way to a login", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const source = rig.restart({ kiroApiKey: key });
    expect(await source.renew(await source.get())).toMatchObject({ value: "aoa-cli-access" });
  });

  test("that is refused, without a login, is for the person to mend", async () => {
    await using rig = makeRig();
    const source = rig.restart({ kiroApiKey: key });
    const token = await source.get();
    for (let i = 0; i < 3; i++) await expect(source.renew(token)).rejects.toThrow("make another key");
  });

  test("that is none is named and not shown", async () => {
    await using rig = makeRig();
    const source = rig.restart({ kiroApiKey: "sk-proj-of-somebody-else" });
    await expect(source.get()).rejects.toThrow("KIRO_API_KEY: it does not begin with ksk_");
    expect(rig.logged()).not.toContain("somebody");
  });
});
