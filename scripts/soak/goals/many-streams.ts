import { alike, together } from "../crowd/cases.ts";
import { type Protocol, protocols } from "../crowd/protocols.ts";
import { atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Load, Scene } from "../rig/rig.ts";
import { until } from "../rig/until.ts";

const streams = 1000;
const gapMs = 100;
/** For the beginning there is a bound of its own. */
const arrivalMs = 2000;
/** Above the admission limit, which is another goal's. */
const config = { server: { max_streams: 2 * streams } };

export const manyStreams: Goal = {
  id: "G3",
  title: "1000 streams at once, 10 frames a second each",
  bound:
    "60 s without an error or a lost, doubled or reordered frame; RSS ≤ 200 MB, ≤ 100 KB a stream; TTFB added p99 " +
    "≤ 750 ms at simultaneous start; inter-frame delay added p99 ≤ 50 ms",
  run: ({ effort, withScene }) =>
    withScene({ config }, async (scene) => {
      const { bridge, crowd } = scene;
      const { direct, passed, passThroughMb } = await references(scene, effort.referenceMs);
      // What answers requests is loaded by the first.
      await bridge.metric("aqbridge_open_streams");
      const idleMb = bridge.residentMb();
      const cpuBefore = bridge.cpuMs();
      const streaming = crowd(send(protocols, effort.manyStreamsMs));
      await Bun.sleep(effort.manyStreamsMs / 2);
      const streamingMb = await leastMb(bridge, effort.manyStreamsMs / 2);
      const { firstMarkMs, delayMs, frames, ...result } = await streaming.result;
      const cpuMs = bridge.cpuMs() - cpuBefore;
      return {
        figures: [
          exactly(streams, "streams that ended well", result.endings.ok),
          exactly(streams * eventsIn(effort.manyStreamsMs), "frames", frames),
          exactly(0, "answers with a fault", result.faultCount),
          measured("RSS of a pass-through, at most", passThroughMb, "MB"),
          atMost(200, "RSS, at most", bridge.peakMb(), "MB"),
          atMost(100, "memory of a stream", ((streamingMb - idleMb) / streams) * 1024, "KB"),
          measured("first frame p99, around the bridge", direct.firstMarkMs.p99, "ms"),
          measured("first frame p99, pass-through", passed.firstMarkMs.p99, "ms"),
          measured("first frame p99", firstMarkMs.p99, "ms"),
          atMost(750, "first frame p99, added", firstMarkMs.p99 - direct.firstMarkMs.p99, "ms"),
          measured("a frame's way p99, around the bridge", direct.delayMs.p99, "ms"),
          measured("a frame's way p99, pass-through", passed.delayMs.p99, "ms"),
          measured("a frame's way p99", delayMs.p99, "ms"),
          atMost(50, "a frame's way p99, added", delayMs.p99 - direct.delayMs.p99, "ms"),
          measured("a frame's way, at most", delayMs.max, "ms"),
          measured("CPU time of the bridge for a frame", (cpuMs * 1000) / frames, "µs"),
        ],
        notes: [
          ...(effort.manyStreamsMs < 60_000 ? [`${effort.manyStreamsMs / 1000} s of 60 s`] : []),
          `a frame's way is counted after the first ${arrivalMs / 1000} s`,
          ...result.faults,
        ],
      };
    }),
};

const eventsIn = (ms: number) => (arrivalMs + ms) / gapMs;

const send = (names: readonly Protocol[], ms: number): Load => ({
  ...together(streams, alike(names, { events: eventsIn(ms), gapMs })),
  arrivalMs,
});

async function references({ upstream, passThrough, load }: Scene, ms: number) {
  const direct = await load(send(["frames"], ms), upstream);
  const reference = await passThrough();
  const passed = await load(send(["frames"], ms), reference);
  const passThroughMb = reference.peakMb();
  await reference.stop();
  return { direct, passed, passThroughMb };
}

/** What is resident when the garbage has just been collected. */
async function leastMb({ residentMb }: Scene["bridge"], forMs: number): Promise<number> {
  let least = residentMb();
  await until(forMs, () => {
    least = Math.min(least, residentMb());
    return false;
  });
  return least;
}
