import { alike, together } from "../crowd/cases.ts";
import type { LoadResult } from "../crowd/load.ts";
import { protocols } from "../crowd/protocols.ts";
import { atLeast, atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Scene } from "../rig/rig.ts";
import { p99, timed } from "../rig/timed.ts";
import { until } from "../rig/until.ts";
import { shortLifeSeconds } from "../upstream/login.ts";

const places = 512;
const gapMs = 200;
/** For all to have begun, before anyone knocks. */
const gatheringMs = 3000;
const knocks = 20;

/** A token is to be refreshed after half a second, so that each of a few requests in a row asks OIDC. */
const config = { performance: { token_refresh_margin_seconds: shortLifeSeconds - 0.5 } };
const longerThanATokenLives = { events: 8, gapMs: 100 };

export const admission: Goal = {
  id: "G4",
  title: "the 513th stream",
  bound: "512 streams by default; one more is refused in ≤ 100 ms; OIDC and /health unaffected (≤ 50 ms p99)",
  run: ({ effort: { occupiedMs }, withScene }) =>
    withScene({ config, isExpired: true }, async (scene) => {
      const { crowd, load, upstream } = scene;
      await upstream.tell({ type: "short-tokens", count: Number.MAX_SAFE_INTEGER });
      const idle = await visited(scene, occupiedMs / 4);

      const events = (gatheringMs + 2 * occupiedMs) / gapMs;
      const inside = crowd(together(places - 1, alike(protocols, { events, gapMs })));
      await until(gatheringMs, () => inside.progress().open === places - 1);
      const busy = await visited(scene, occupiedMs / 2);

      const last = crowd(together(1, alike(protocols, { events, gapMs })));
      await until(gatheringMs, () => last.progress().open === 1);
      const knock = alike(protocols, { events: 10 }, { mayBeRefused: true });
      const refused = await load({ clients: 1, requests: knocks, scenario: knock });
      const { endings, faultCount, faults } = await inside.result;
      return {
        figures: [
          exactly(places - 1, "streams that ended well, but for one", endings.ok),
          exactly(0, "answers with a fault", faultCount),
          exactly(knocks, `refused of ${knocks} beyond 512`, refused.endings.refused),
          atMost(100, "refused within", refused.refusedMs.max, "ms"),
          measured("/health p99, idle", p99(idle.healthMs), "ms"),
          atMost(50, "/health p99, with 511 streams", p99(busy.healthMs), "ms"),
          atLeast(busy.result.requests, "calls of OIDC meanwhile", busy.refreshes),
          measured("first frame after a call of OIDC p99, idle", idle.result.firstMarkMs.p99, "ms"),
          atMost(
            50,
            "first frame after a call of OIDC p99, added",
            busy.result.firstMarkMs.p99 - idle.result.firstMarkMs.p99,
            "ms",
          ),
        ],
        notes: [...faults, ...refused.faults, ...busy.result.faults],
      };
    }),
};

interface Visited {
  healthMs: readonly number[];
  /** Of requests that each found an expired token. */
  result: LoadResult;
  refreshes: number;
}

async function visited({ bridge, upstream, load }: Scene, forMs: number): Promise<Visited> {
  const healthMs = await timed(`${bridge.url}/health`, forMs, 20);
  const { refreshes: before } = await upstream.tell({ type: "stats" });
  const result = await load({
    clients: 1,
    requests: Number.MAX_SAFE_INTEGER,
    maxMs: forMs,
    scenario: alike(["anthropic"], longerThanATokenLives),
  });
  const { refreshes } = await upstream.tell({ type: "stats" });
  return { healthMs, result, refreshes: refreshes - before };
}
