import { alike, together } from "../crowd/cases.ts";
import { protocols } from "../crowd/protocols.ts";
import { atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Rig } from "../rig/rig.ts";

const requests = 512;
const oidcMs = 300;

export const stampede: Goal = {
  id: "G11",
  title: "512 requests at once with an expired token",
  bound: "1 OIDC call, added delay ≤ OIDC latency + 50 ms",
  async run(rig) {
    const valid = await rush(rig, false);
    const expired = await rush(rig, true);
    return {
      figures: [
        exactly(1, "calls of OIDC", expired.refreshes + expired.refusedRefreshes),
        exactly(0, "answers with a fault", valid.faultCount + expired.faultCount),
        measured("first frame p99, login valid", valid.firstMarkMs.p99, "ms"),
        measured("first frame p99, login expired", expired.firstMarkMs.p99, "ms"),
        atMost(oidcMs + 50, "added", expired.firstMarkMs.p99 - valid.firstMarkMs.p99, "ms"),
      ],
      notes: [`OIDC takes ${oidcMs} ms`, ...valid.faults, ...expired.faults],
    };
  },
};

const rush = ({ withScene }: Rig, isExpired: boolean) =>
  withScene({ isExpired }, async ({ upstream, load }) => {
    await upstream.tell({ type: "delay-oidc", ms: oidcMs });
    const result = await load(together(requests, alike(protocols, { events: 10 })));
    return { ...result, ...(await upstream.tell({ type: "stats" })) };
  });
