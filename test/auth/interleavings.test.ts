import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AccessToken } from "../../src/auth/token-source.ts";
import { cases, timeFor } from "../support/cases.ts";
import { createLoginWorld } from "./login-world.ts";

const minute = 60_000;

/** Three hours of two bridges, a CLI, a login service with moods and a wall clock that is set now and then. */
async function live(seed: number) {
  const model = createLoginWorld(seed);
  const { world } = model;
  const { random } = world;
  const bridges = [model.startBridge(), model.startBridge()];
  const pick = () => Math.floor(random() * bridges.length);
  const waiting = new Map(bridges.map((bridge) => [bridge, 0]));
  const count = (bridge: (typeof bridges)[number], change: number) =>
    bridge.isAlive && waiting.set(bridge, (waiting.get(bridge) ?? 0) + change);
  const wrong: string[] = [];

  const request = async () => {
    const bridge = bridges[pick()];
    if (bridge === undefined) return;
    count(bridge, 1);
    const settle = () => count(bridge, -1);
    const orNone = (login: Promise<AccessToken>) => login.catch(() => undefined);
    const asked = (async () => {
      const token = await orNone(bridge.source.get());
      if (token === undefined || model.isLive(token.value)) return;
      const other = await orNone(bridge.source.renew(token));
      if (other?.value === token.value) wrong.push(`${token.value} was given again after it was refused`);
    })();
    asked.then(settle, settle);
    // What a dead bridge was asked is never answered.
    asked.catch((error) => wrong.push(String(error)));
    if (random() < 0.02) {
      await world.pass({ isAlive: true }, 5_000);
      model.kill(bridge);
      waiting.delete(bridge);
      for (const [index, each] of bridges.entries()) if (!each.isAlive) bridges[index] = model.startBridge();
    }
  };

  if (random() < 0.3) model.ownLogin();
  model.cliLogin();
  for (let moment = 0; moment < 60; moment++) {
    const dice = random();
    if (dice < 0.03) model.cliLogout();
    else if (dice < 0.08) model.cliLogin();
    else if (dice < 0.14) void model.cliRefresh();
    else if (dice < 0.17) world.jump((random() - 0.5) * 120 * minute);
    else for (let n = Math.floor(random() * 4); n >= 0; n--) void request();
    await world.run(Math.floor(random() ** 3 * 12 * minute));
  }
  return { ...model, bridges, wrong, unsettled: () => [...waiting.values()].reduce((a, b) => a + b, 0) };
}

test(
  "property 10: however requests, bridges, the CLI and the login service interleave, nobody is logged out",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { world, bridges, violations, wrong, heal, ...model } = await live(seed);
        expect(violations).toEqual([]);
        expect(wrong).toEqual([]);
        // Sixty moments with a few requests each, three tries a refresh, one refresh at a time.
        expect(model.bridgeCalls()).toBeLessThan(150);

        heal();
        await world.run(5 * minute);
        expect(model.unsettled()).toBe(0);
        const before = model.cliState();
        for (let round = 0; round < 2; round++) {
          for (const { source } of bridges) void source.get().catch(() => {});
          await world.run(2 * minute);
        }
        const own = model.ownState();
        if (own) expect(own.held).toBe(own.newest);
        const cli = model.cliState();
        if (before && cli) expect(cli.held).toBe(cli.newest);
        if (before && cli) {
          const refreshed = model.cliRefresh();
          await world.run(minute);
          expect(await refreshed).toBe("refreshed");
        }
      }),
      cases,
    );
  },
  timeFor(100),
);
