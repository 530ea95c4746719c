import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeKiroIde } from "../../support/kiro-ide.ts";
import { makeRig, ownLogin, type Rig } from "../rig.ts";

const hour = 3_600_000;

/** Each gives a login whose token and whose client's registration end at the moments given. */
const stores: [string, (rig: Rig, token: string, registration: string) => void, RegExp][] = [
  [
    "own file",
    (rig, expires_at, client_secret_expires_at) =>
      rig.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at, client_secret_expires_at }),
    /run `aqbridge login`/,
  ],
  [
    "Amazon Q CLI",
    (rig, expires_at, client_secret_expires_at) =>
      rig.cli.login({ expires_at }, { client_secret_expires_at }),
    /run `q login`/,
  ],
  [
    "Kiro IDE",
    (rig, expiresAt, registrationEnd) =>
      makeKiroIde(join(rig.folder, "cache")).login({ expiresAt }, { expiresAt: registrationEnd }),
    /sign in to Kiro again/,
  ],
];

describe.each(stores)("a login of the %s whose client is registered no longer", (_, login, mend) => {
  const start = (rig: Rig) => rig.restart({ kiroIdeFile: join(rig.folder, "cache", "kiro-auth-token.json") });

  test("is used to its end, and then at once for the person to renew", async () => {
    await using rig = makeRig();
    login(rig, rig.fromNow(600), rig.fromNow(60));
    const source = start(rig);
    expect((await source.status()).canRefresh).toBe(true);
    rig.clock.advance(61_000);
    await source.get();
    expect(await source.status()).toMatchObject({ state: "ready", canRefresh: false });
    rig.clock.advance(600_000);
    const failure = source.get();
    await expect(failure).rejects.toMatchObject({ kind: "login" });
    await expect(failure).rejects.toThrow("has expired and its client registration has expired; ");
    await expect(failure).rejects.toThrow(mend);
    expect(await source.status()).toMatchObject({ state: "expired" });
    expect(rig.oidc.calls).toHaveLength(0);
  });
});

test("a login handed over keeps where it was made and how long its client is registered, through refreshes", async () => {
  await using rig = makeRig();
  rig.oidc.honoured.add("aor-new");
  const registration = {
    start_url: "https://example.awsapps.com/start",
    client_secret_expires_at: rig.fromNow(90 * 24 * 3600),
  };
  await rig.source.set({
    clientId: "new-client",
    clientSecret: "new-secret",
    refreshToken: "aor-new",
    startUrl: registration.start_url,
    clientSecretExpiresAt: registration.client_secret_expires_at,
  });
  for (let refreshes = 0; refreshes < 3; refreshes++) {
    expect(rig.readOwn()).toMatchObject(registration);
    await rig.source.get();
    rig.clock.advance(hour);
  }
  expect(await rig.restart().status()).toMatchObject({
    startUrl: registration.start_url,
    clientEndsAt: new Date(registration.client_secret_expires_at),
  });
});

test("a login that replaces another takes nothing of it over", async () => {
  await using rig = makeRig();
  rig.writeOwn({
    ...ownLogin,
    startUrl: "https://view.awsapps.com/start",
    client_secret_expires_at: rig.fromNow(60),
  });
  await rig.source.set({ clientId: "new-client", clientSecret: "new-secret", refreshToken: "aor-new" });
  expect(Object.keys(rig.readOwn()).toSorted()).toEqual([
    "client_id",
    "client_secret",
    "refresh_token",
    "region",
  ]);
});

test.each([7, "soon", "", null])(
  "an end of the registration that makes no sense is none: %p",
  async (end) => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, start_url: "two words", client_secret_expires_at: end });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect(await rig.source.status()).not.toContainAnyKeys(["startUrl", "clientEndsAt"]);
  },
);
