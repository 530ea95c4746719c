import { describe, expect, test } from "bun:test";
import { cliToken } from "../support/cli-database.ts";
import { tokens } from "../support/oidc.ts";
import { makeRig, rigWithCliToken } from "./rig.ts";

const hour = 3_600_000;

describe("row 74: whatever life the CLI's token has left", () => {
  const minutes = Array.from({ length: 41 }, (_, index) => (index - 20) / 2);
  test.each(minutes)(
    "%d minutes: nobody gets a dead token, nor waits before the last minute",
    async (left) => {
      await using rig = rigWithCliToken(left * 60);
      const { value, expiresAt } = await rig.source.get();
      expect(expiresAt?.getTime()).toBeGreaterThan(rig.clock.now());
      expect(value).toBe(left > 1 ? "aoa-cli-access" : "aoa-refreshed-1");
      await rig.source.refresh();
      expect(rig.oidc.calls.length).toBe(1);
    },
  );
});

describe("row 80: a wall clock", () => {
  test.each([-hour, hour])("that is %d ms off all the time makes no difference", async (skew) => {
    await using rig = makeRig();
    rig.clock.jump(skew);
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    for (let minute = 0; minute <= 180; minute += 10) {
      await rig.source.get();
      rig.clock.advance(600_000);
    }
    expect(rig.oidc.calls.length).toBe(4);
  });

  test("that is set back does not lengthen the life of our own token", async () => {
    await using rig = rigWithCliToken(-1);
    const first = await rig.source.get();
    rig.clock.jump(-8 * hour);
    rig.clock.advance(hour);
    expect((await rig.source.get()).value).not.toBe(first.value);
  });

  test("that jumps ahead, as after a suspension, costs one refresh", async () => {
    await using rig = rigWithCliToken(-1);
    await rig.source.get();
    rig.clock.jump(8 * hour);
    for (let i = 0; i < 10; i++) expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    expect(rig.oidc.calls).toHaveLength(2);
  });

  test("that is set back does not prolong the pause after a failure", async () => {
    await using rig = rigWithCliToken(40);
    const down = () => new Response("", { status: 503 });
    rig.oidc.answerNext(down, down, down);
    await rig.source.get();
    rig.clock.jump(-hour);
    rig.clock.advance(31_000);
    rig.cli.login({ expires_at: rig.fromNow(40) });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-4");
  });

  test("that runs slow keeps the CLI's dead token in use until it is refused", async () => {
    await using rig = rigWithCliToken(600);
    rig.clock.jump(-hour);
    rig.clock.advance(900_000);
    const dead = await rig.source.get();
    expect(dead.value).toBe(cliToken.access_token);
    expect((await rig.source.renew(dead)).value).toBe("aoa-refreshed-1");
  });

  test.each([
    [-hour, 3600],
    [hour, -3600],
    [60_000, undefined],
  ])("by which the login service is off by %d ms is told: %p", async (theirs, seconds) => {
    await using rig = rigWithCliToken(-1);
    const date = new Date(Math.floor((rig.clock.now() + theirs) / 1000) * 1000).toUTCString();
    rig.oidc.answerNext(() => {
      const answer = tokens();
      answer.headers.set("date", date);
      return answer;
    });
    await rig.source.get();
    const told = /clock\.skew seconds=(-?\d+)/.exec(rig.logged())?.[1];
    if (seconds === undefined) expect(told).toBeUndefined();
    else expect(Math.abs(Number(told) - seconds)).toBeLessThan(2);
  });
});
