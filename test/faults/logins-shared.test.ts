import { describe, expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { makeRig } from "../auth/rig.ts";
import { readAsCli, tokenKey } from "../support/cli-database.ts";
import { until as eventually } from "../support/event-loop.ts";
import { tokens } from "../support/oidc.ts";
import { forms, post } from "./support/forms.ts";
import { expired, serve, tokensUsed } from "./support/login-rig.ts";

describe("a hundred requests that meet an expired token", () => {
  const hundred = Array.from({ length: 25 }, () => forms).flat();

  test("row 75: are all answered, after one call", async () => {
    await using login = makeRig();
    expired(login);
    const granted = Promise.withResolvers<Response>();
    login.oidc.answerNext(() => granted.promise);
    const rig = serve(login);
    const all = hundred.map((form) => rig.ask(form));
    while (login.oidc.calls.length === 0) await new Promise(setImmediate);
    expect(rig.hits()).toBe(0);
    granted.resolve(tokens({ accessToken: "aoa-refreshed-1", refreshToken: "aor-next" }));
    for (const outcome of await Promise.all(all)) {
      expect(outcome).toMatchObject({ status: 200, failure: undefined });
      expect(rig.endOf(outcome)).toMatch(/ info .*end=ok/);
    }
    expect(login.oidc.calls).toHaveLength(1);
    await rig.expectBase();
    await rig.stop();
  });

  test("row 75: and leave, but for one, leave that one its answer", async () => {
    await using login = makeRig();
    expired(login);
    const granted = Promise.withResolvers<Response>();
    login.oidc.answerNext(() => granted.promise);
    const rig = serve(login);
    const leaving = new AbortController();
    const left = hundred.slice(1).map((form) => post(rig.url, form, {}, leaving.signal));
    await eventually(() => rig.log.filter((line) => line.includes("req.begin")).length === left.length);
    const staying = rig.ask({ protocol: "openai", stream: true });
    leaving.abort();
    for (const { status } of await Promise.allSettled(left)) expect(status).toBe("rejected");
    granted.resolve(tokens({ accessToken: "aoa-refreshed-1", refreshToken: "aor-next" }));
    expect(await staying).toMatchObject({ status: 200, failure: undefined });
    expect(login.oidc.calls).toHaveLength(1);
    expect(rig.hits()).toBe(1);
    await rig.expectBase();
    await rig.stop();
  });

  test("row 86: of two bridges are all answered, after one call in all", async () => {
    await using login = makeRig({ clock: systemClock });
    expired(login);
    const rigs = [serve(login), serve(login, { tokens: login.restart() })];
    const all = rigs.flatMap((rig) => hundred.slice(50).map((form) => rig.ask(form)));
    for (const outcome of await Promise.all(all))
      expect(outcome).toMatchObject({ status: 200, failure: undefined });
    expect(login.oidc.calls).toHaveLength(1);
    for (const rig of rigs) {
      expect(tokensUsed(rig)).toEqual(["aoa-refreshed-1"]);
      await rig.expectBase();
      await rig.stop();
    }
    expect(login.readOwn()).toMatchObject({ refresh_token: "aor-rotated-1" });
    expect(readAsCli(login.cli.auth(tokenKey)).refresh_token).toBe("aor-rotated-1");
  });
});

test("row 76: a rotated refresh token is in the own file when the service sees the first of its access tokens", async () => {
  await using login = makeRig();
  expired(login);
  const saved: unknown[] = [];
  const rig = serve(login, { onRequest: () => saved.push(login.readOwn()["refresh_token"]) });
  for (const form of forms) expect(await rig.ask(form)).toMatchObject({ status: 200 });
  expect(saved).toEqual(forms.map(() => "aor-rotated-1"));
  await rig.expectBase();
  await rig.stop();
});
