import { mixedYield } from "../crowd/cases.ts";
import type { LoadResult } from "../crowd/load.ts";
import { atMost, exactly, type Figure, type Goal, measured } from "../goal.ts";
import { type MemorySample, memorySlope } from "../memory-slope.ts";
import type { Load, Scene } from "../rig/rig.ts";
import { settled, until } from "../rig/until.ts";
import { shortLifeSeconds } from "../upstream/login.ts";

const clients = 32;
const sampleMs = 250;
/** Above the start, of what may be left then. */
const leftMb = 30;

/** A short-lived token is to be refreshed after half a second. */
const config = { performance: { token_refresh_margin_seconds: shortLifeSeconds - 0.5 } };

/** Frames of section 5.3. */
const letter = 20_000_000;
/** In fewer of them the waves of garbage are higher than any slope. */
const enoughForSlope = letter / 2;

export const endurance: Goal = {
  id: "G7",
  title:
    "what a day brings: long answers and short, whole and streamed, abandoned and broken, a login that expires",
  bound:
    "20 M frames, 50 000 requests, 10 000 aborts, 500 upstream faults, 48 refreshes in ≤ 5 min; RSS slope ≤ 1 MB per " +
    "1 M frames; at rest ≤ start + 30 MB; descriptors and upstream sockets as at the start; no unhandled rejection",
  run: ({ effort, withScene }) =>
    withScene({ config }, async (scene) => {
      const { bridge, upstream, load } = scene;
      const { frames, requests, refreshes, maxMs } = effort.endurance;
      // What answers requests is loaded by the first.
      await bridge.metric("aqbridge_open_streams");
      const startMb = bridge.residentMb();
      const scenario = { type: "mixed", meanEvents: frames / requests / mixedYield } as const;
      await load({ scenario, clients, requests: 200 });
      const before = await atRest(scene);

      await upstream.tell({ type: "short-tokens", count: refreshes - 1 });
      await upstream.tell({ type: "expire-token" });
      const { result, samples } = await watched(scene, { scenario, clients, requests, maxMs });
      const after = await atRest(scene);
      await until(effort.restMs, () => bridge.residentMb() <= startMb + leftMb);
      return {
        figures: [
          ...accountOf(result),
          measured("RSS at the start", startMb, "MB"),
          measured("RSS at rest, after the first 200 requests", before.residentMb, "MB"),
          measured("RSS, at most", bridge.peakMb(), "MB"),
          slopeOf(samples, result.frames),
          atMost(startMb + leftMb, "RSS at rest", bridge.residentMb(), "MB"),
          exactly(refreshes, "refreshes of the login", after.refreshes),
          exactly(0, "refreshes with a used token", after.refusedRefreshes),
          exactly(before.descriptors, "descriptors at rest", after.descriptors),
          exactly(before.connections, "upstream sockets at rest", after.connections),
          exactly(0, "open streams at rest", after.openStreams),
          exactly(0, "failures outside of requests", after.strays),
        ],
        notes: [
          ...(frames < letter ? [`${millions(result.frames)} of ${millions(letter)} frames`] : []),
          ...(result.requests < requests ? [`stopped after ${result.requests} of ${requests} requests`] : []),
          ...result.faults,
          "timers and listeners cannot be counted from outside the process",
        ],
      };
    }),
};

const millions = (count: number) => `${(count / 1e6).toFixed(1)} M`;

/** Sends a crowd and stays until it is done, with an eye on memory. */
async function watched({ bridge, crowd: send }: Scene, load: Load) {
  const samples: MemorySample[] = [];
  const crowd = send(load);
  const timer = setInterval(
    () => samples.push({ frames: crowd.progress().frames, residentMb: bridge.residentMb() }),
    sampleMs,
  );
  try {
    return { result: await crowd.result, samples };
  } finally {
    clearInterval(timer);
    await crowd.stop();
  }
}

/** What is left when nobody asks and the upstream has closed what is idle. */
async function atRest({ bridge, upstream }: Scene) {
  const openStreams = () => bridge.metric("aqbridge_open_streams");
  await until(10_000, async () => (await openStreams()) === 0);
  await until(10_000, async () => (await upstream.tell({ type: "close-idle" })).connections === 0);
  return {
    ...(await upstream.tell({ type: "stats" })),
    descriptors: await settled(bridge.descriptors),
    residentMb: bridge.residentMb(),
    openStreams: await openStreams(),
    strays: (await bridge.metric("aqbridge_stray_failures_total")) + bridge.logged("proc.unhandled").length,
  };
}

function slopeOf(samples: readonly MemorySample[], frames: number): Figure {
  const slope = memorySlope(samples);
  if (frames < enoughForSlope) return measured("RSS slope per 1 M frames, of too few to tell", slope, "MB");
  return atMost(1, "RSS slope per 1 M frames", slope, "MB");
}

const accountOf = ({ frames, requests, endings, wallMs, ...result }: LoadResult): Figure[] => [
  measured("frames", frames),
  measured("requests", requests),
  measured("abandoned by their clients", endings.left),
  measured("broken by the upstream", result.broken),
  exactly(0, "answers with a wrong frame or ending", result.faultCount),
  atMost(300, "took", wallMs / 1000, "s"),
  measured("frames per second", Math.round((frames / wallMs) * 1000)),
];
