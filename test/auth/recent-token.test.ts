import { describe, expect, test } from "bun:test";
import { createLifetimes } from "../../src/auth/lifetimes.ts";
import { createRecentToken } from "../../src/auth/recent-token.ts";
import { manualClock } from "./manual-clock.ts";
import { bareLogin, makeRig, rigWithCliToken } from "./rig.ts";

describe("what another program changes", () => {
  test("is seen a second after the last look, and not looked for before", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const first = await rig.source.get();
    rig.cli.login({ access_token: "aoa-newer" });
    rig.clock.advance(999);
    expect(await rig.source.get()).toBe(first);
    rig.clock.advance(1);
    expect((await rig.source.get()).value).toBe("aoa-newer");
  });

  test("is seen at once when the service has refused the token, and by whoever asks next", async () => {
    await using rig = makeRig();
    rig.cli.login();
    const refused = await rig.source.get();
    rig.cli.login({ access_token: "aoa-newer" });
    expect((await rig.source.renew(refused)).value).toBe("aoa-newer");
    expect((await rig.source.get()).value).toBe("aoa-newer");
  });

  test("is seen at once when a refresh is asked for", async () => {
    await using rig = makeRig();
    rig.cli.login();
    await rig.source.get();
    rig.oidc.honoured.add("aor-newer");
    rig.cli.login({ refresh_token: "aor-newer" });
    expect((await rig.source.refresh()).value).toBe("aoa-refreshed-1");
    expect(rig.oidc.calls[0]?.body).toMatchObject({ refreshToken: "aor-newer" });
  });

  test("is seen at once when the token is about to expire, however the wall clock came there", async () => {
    await using rig = rigWithCliToken(3600);
    await rig.source.get();
    rig.cli.login({ access_token: "aoa-newer", expires_at: rig.fromNow(7200) });
    rig.clock.jump(3_301_000);
    expect((await rig.source.get()).value).toBe("aoa-newer");
  });
});

test("a login handed over is used at once", async () => {
  await using rig = rigWithCliToken(3600);
  await rig.source.get();
  const login = { clientId: "new-client", clientSecret: "new-secret", refreshToken: "aor-new" };
  await rig.source.set({ ...login, accessToken: "aoa-new", expiresIn: 7200 });
  expect((await rig.source.get()).value).toBe("aoa-new");
});

test("a look that was under way when a login was handed over, or a later look began, is not believed", () => {
  const clock = manualClock();
  const recent = createRecentToken(clock, createLifetimes(clock, 0));
  const token = { value: "aoa", expiresAt: null, profileArn: undefined };

  const before = recent.look();
  recent.forget();
  before(bareLogin, token);
  expect(recent.get()).toBeUndefined();

  const early = recent.look();
  const late = recent.look();
  early(bareLogin, token);
  expect(recent.get()).toBeUndefined();
  late(bareLogin, token);
  expect(recent.get()).toBe(token);
});
