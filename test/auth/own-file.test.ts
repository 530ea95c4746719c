import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { readAsCli, tokenKey } from "../support/cli-database.ts";
import { refusal } from "../support/oidc.ts";
import { asNobody } from "./as-nobody.ts";
import { makeRig, ownLogin, type Rig } from "./rig.ts";

describe("row 77: a grant refused for good", () => {
  const refuseForGood = async (rig: Rig) => {
    rig.oidc.honoured.clear();
    rig.writeOwn(ownLogin);
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(1);
  };

  test("is not tried again by a restarted bridge, nor by others", async () => {
    await using rig = makeRig();
    await refuseForGood(rig);
    for (let start = 0; start < 20; start++) {
      const source = rig.restart();
      expect(await source.status()).toMatchObject({ state: "expired", canRefresh: false });
      await expect(source.get()).rejects.toMatchObject({ kind: "login" });
    }
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("leaves a note that reveals nothing and an own file as it was", async () => {
    await using rig = makeRig();
    await refuseForGood(rig);
    const note = await Bun.file(`${rig.ownFile}.refused`).text();
    expect(JSON.parse(note)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(rig.readOwn()).toEqual(ownLogin);
  });

  test("is tried again when the person hands it over once more", async () => {
    await using rig = makeRig();
    await refuseForGood(rig);
    rig.oidc.honoured.add(ownLogin.refresh_token);
    await rig.source.set({
      clientId: ownLogin.client_id,
      clientSecret: ownLogin.client_secret,
      refreshToken: ownLogin.refresh_token,
    });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
  });

  test("is remembered in this process where no note can be written", async () => {
    await using rig = makeRig({ ownFile: undefined });
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    rig.oidc.answerNext(...Array.from({ length: 9 }, () => () => refusal("invalid_grant")));
    for (let i = 0; i < 5; i++) await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test.each(["garbage", "{}", '[1, {"a": 2}]'])("spoils nothing when its note is %s", async (note) => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    await Bun.write(`${rig.ownFile}.refused`, note);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  });
});

describe("row 81: a file that a newer version has written", () => {
  const newer = { ...ownLogin, access_token: "aoa-newer", version: 2, unknown: { a: 1 } };

  test("is used for as long as its token lives, and neither refreshed nor replaced", async () => {
    await using rig = makeRig();
    const file = { ...newer, expires_at: rig.fromNow(200) };
    rig.writeOwn(file);
    expect((await rig.source.get()).value).toBe("aoa-newer");
    rig.clock.advance(201_000);
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    const input = { clientId: "a", clientSecret: "b", refreshToken: "c" };
    await expect(rig.source.set(input)).rejects.toThrow("could not be written");
    expect(rig.readOwn()).toEqual(file);
    expect(rig.oidc.calls).toHaveLength(0);
  });

  test("without an access token is said to be why there is no login", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, version: 2 });
    await expect(rig.source.get()).rejects.toThrow(`${rig.ownFile}: a newer version of aqbridge wrote it;`);
  });

  test("does not keep the CLI's login from being refreshed", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...newer, expires_at: rig.fromNow(-1) });
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect(readAsCli(rig.cli.auth(tokenKey)).refresh_token).toBe("aor-rotated-1");
    expect((await rig.restart().get()).value).toBe("aoa-refreshed-1");
    expect(rig.readOwn()).toMatchObject({ version: 2, access_token: "aoa-newer" });
  });

  test("keeps its members when it is of this version", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, version: 1, unknown: { a: 1 } });
    await rig.source.get();
    expect(rig.readOwn()).toMatchObject({ version: 1, unknown: { a: 1 }, access_token: "aoa-refreshed-1" });
  });
});

test("row 82: an own file whose folder may not be written leaves the refresh at work, and says so", async () => {
  await using rig = makeRig();
  rig.writeOwn(ownLogin);
  await asNobody(rig.folder, { unwritable: [dirname(rig.ownFile)] }, async () => {
    const source = rig.restart();
    expect((await source.get()).value).toBe("aoa-refreshed-1");
    expect((await source.get()).value).toBe("aoa-refreshed-1");
    expect(await source.status()).toMatchObject({ persisted: false, state: "ready" });
  });
  expect(rig.logged()).toMatch(/login\.unsaved .*code=EACCES/);
  expect(rig.readOwn()).toEqual(ownLogin);
});

test("row 88: a thousand forced refreshes are one", async () => {
  await using rig = makeRig();
  rig.cli.login();
  const all = await Promise.all(Array.from({ length: 1_000 }, () => rig.source.refresh()));
  expect(new Set(all.map(({ value }) => value))).toEqual(new Set(["aoa-refreshed-1"]));
  expect(rig.oidc.calls).toHaveLength(1);
}, 20_000);

test("a bridge that only uses the CLI's living token makes no files", async () => {
  await using rig = makeRig();
  rig.cli.login();
  await rig.source.get();
  await rig.source.status();
  expect(existsSync(dirname(rig.ownFile))).toBe(false);
});
