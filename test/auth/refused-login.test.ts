import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type Answer, refusal } from "../support/oidc.ts";
import { makeServer } from "../support/server.ts";
import { makeRig, ownLogin, type Rig } from "./rig.ts";

/** Refusals that another try, or another day, might not meet. */
const passing: readonly (readonly [string, Answer])[] = [
  ["400 invalid_request", () => refusal("invalid_request")],
  ["403", () => new Response("<html>Blocked by your company</html>", { status: 403 })],
  ["404", () => new Response("", { status: 404 })],
];

const asked = ({ oidc }: Rig) => oidc.calls.map(({ body }) => body["refreshToken"]);

describe("a login that is refused, though not for good,", () => {
  test.each(passing)("gives way to another program's: %s", async (_, answer) => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    rig.oidc.answerNext(answer);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    expect(asked(rig)).toEqual([ownLogin.refresh_token, "aor-cli-refresh"]);
  });

  test.each(passing)("is for the person to mend where there is no other: %s", async (said, answer) => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    rig.cli.logout();
    rig.oidc.answerNext(answer);
    await expect(rig.source.get()).rejects.toMatchObject({
      kind: "login",
      message: expect.stringMatching(new RegExp(`refused .*\\(${said}\\); run \`aqbridge login\``)),
    });
    expect(existsSync(`${rig.ownFile}.refused`)).toBe(false);
    expect(await rig.source.status()).toMatchObject({ canRefresh: true });
  });

  test("rests for five seconds, and is then asked for again", async () => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    const no: Answer = () => refusal("invalid_request");
    rig.oidc.answerNext(...Array.from({ length: 4 }, () => no));
    for (const calls of [2, 4]) {
      for (let i = 0; i < 50; i++) {
        const all = Array.from({ length: 20 }, () => rig.source.get().catch((reason) => reason));
        for (const reason of await Promise.all(all)) expect(reason).toMatchObject({ kind: "login" });
      }
      expect(rig.oidc.calls).toHaveLength(calls);
      rig.clock.advance(5_000);
    }
    expect((await rig.source.get()).value).toBe("aoa-refreshed-5");
  });
});

describe("whoever asks for a new token", () => {
  const living = (rig: Rig) => ({
    ...ownLogin,
    access_token: "aoa-own-living",
    expires_at: rig.fromNow(7200),
  });

  test.each([["400 invalid_grant", () => refusal("invalid_grant")] as const, ...passing])(
    "is told that it was refused, while the old one is used on: %s",
    async (said, answer) => {
      await using rig = makeRig();
      rig.writeOwn(living(rig));
      rig.cli.logout();
      rig.oidc.answerNext(answer);
      await expect(rig.source.refresh()).rejects.toMatchObject({
        kind: "login",
        message: expect.stringMatching(
          new RegExp(`still valid, but .*\\(${said}\\); run \`aqbridge login\``),
        ),
      });
      expect((await rig.source.get()).value).toBe("aoa-own-living");
      expect(rig.oidc.calls).toHaveLength(1);
    },
  );

  test("is told so over HTTP too", async () => {
    await using rig = makeRig();
    rig.writeOwn(living(rig));
    rig.cli.logout();
    rig.oidc.answerNext(() => refusal("invalid_grant"));
    const { app } = makeServer({ tokens: rig.source });
    for (const why of ["was refused by its login service (400 invalid_grant)", "cannot be refreshed"]) {
      const answer = await app.handle(
        new Request("http://localhost/test/token", { headers: { host: "localhost" } }),
      );
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        error: { code: "login_required", message: expect.stringContaining(why) },
      });
    }
  });

  test("is told that there is nothing to make one of", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...living(rig), refresh_token: undefined });
    rig.cli.logout();
    await expect(rig.source.refresh()).rejects.toMatchObject({
      kind: "login",
      message: expect.stringContaining("still valid, but cannot be refreshed; run `aqbridge login`"),
    });
    expect((await rig.source.get()).value).toBe("aoa-own-living");
  });

  test("is told so too by a renewal that was under way, which gives the others the old one", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...living(rig), expires_at: rig.fromNow(200) });
    rig.cli.logout();
    const { promise: seen, resolve: see } = Promise.withResolvers<void>();
    const { promise: end, resolve: release } = Promise.withResolvers<void>();
    rig.oidc.answerNext(async () => {
      see();
      await end;
      return refusal("invalid_grant");
    });
    expect((await rig.source.get()).value).toBe("aoa-own-living");
    await seen;
    const forced = rig.source.refresh();
    release();
    await expect(forced).rejects.toMatchObject({ kind: "login" });
    expect((await rig.source.get()).value).toBe("aoa-own-living");
    expect(rig.oidc.calls).toHaveLength(1);
  });
});
