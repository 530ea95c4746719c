import { alike, together } from "../crowd/cases.ts";
import { protocols } from "../crowd/protocols.ts";
import { atMost, exactly, type Figure, type Goal, measured } from "../goal.ts";
import type { Rig, Scene } from "../rig/rig.ts";
import { p99, timed } from "../rig/timed.ts";
import { until } from "../rig/until.ts";

const streams = 1000;
const gapMs = 100;
const gatheringMs = 5000;
/** For what has piled up while they all began. */
const arrivalMs = 2000;
const probeMs = 20;
/** Section 5.3 makes G7 of 4.6 busy streams, and these are as busy as can be. */
const clients = 8;
const config = { server: { max_streams: 2 * streams } };

export const lag: Goal = {
  id: "G10",
  title: "how long the event loop stands still, under the streams of G3 and under the requests of G7",
  bound: "p99 ≤ 20 ms, max ≤ 200 ms",
  async run(rig) {
    const { figures, faults } = await underStreams(rig);
    const mixed = await underRequests(rig);
    return {
      figures: [...figures, ...mixed.figures],
      notes: [...faults, ...mixed.faults, "a probe is seen from outside: it waits for a CPU, too"],
    };
  },
};

interface Seen {
  figures: readonly Figure[];
  faults: readonly string[];
}

const underStreams = ({ effort, withScene }: Rig): Promise<Seen> =>
  withScene({ config }, async ({ bridge, crowd }) => {
    const idle = await probe(bridge, effort.lagMs / 4);
    const events = (effort.lagMs + gatheringMs + arrivalMs) / gapMs;
    const streaming = crowd(together(streams, alike(protocols, { events, gapMs })));
    await until(gatheringMs, () => streaming.progress().open === streams);
    await Bun.sleep(arrivalMs);
    const beginningMs = await longestMs(bridge);
    const busy = await probe(bridge, effort.lagMs);
    return {
      faults: [],
      figures: [
        measured("HEAD /health p99, idle", p99(idle), "ms"),
        atMost(20, "HEAD /health p99, G3", p99(busy), "ms"),
        atMost(200, "HEAD /health at most, G3", Math.max(...busy), "ms"),
        atMost(200, "longest standstill, G3, while all streams begin", beginningMs, "ms"),
      ],
    };
  });

const underRequests = ({ effort, withScene }: Rig): Promise<Seen> =>
  withScene({}, async ({ bridge, crowd }) => {
    const scenario = { type: "mixed", meanEvents: 400 } as const;
    const load = { clients, requests: Number.MAX_SAFE_INTEGER, maxMs: effort.lagMs, scenario };
    const mixing = crowd(load);
    const busy = await probe(bridge, effort.lagMs);
    const { faultCount, faults } = await mixing.result;
    return {
      faults,
      figures: [
        atMost(20, "HEAD /health p99, G7", p99(busy), "ms"),
        atMost(200, "longest standstill, G7", await longestMs(bridge), "ms"),
        exactly(0, "answers with a fault, G7", faultCount),
      ],
    };
  });

const probe = ({ url }: Scene["bridge"], forMs: number) => timed(`${url}/health`, forMs, probeMs, "HEAD");

const longestMs = async ({ metric }: Scene["bridge"]) =>
  1000 * (await metric("aqbridge_event_loop_lag_max_seconds"));
