import { alike } from "../crowd/cases.ts";
import { protocols } from "../crowd/protocols.ts";
import { atLeast, exactly, type Goal, measured } from "../goal.ts";

const streams = 50;
const plan = { events: 2000 };

export const throughput: Goal = {
  id: "G5",
  title: "50 greedy streams",
  bound: "≥ 100 000 frames a second decoded, translated and written",
  run: ({ effort, withScene }) =>
    withScene({}, async ({ bridge, upstream, load }) => {
      const greedy = { clients: streams, requests: Number.MAX_SAFE_INTEGER };
      const briefly = { ...greedy, maxMs: effort.greedyMs / 4, scenario: alike(["frames"], plan) };
      const direct = await load(briefly, upstream);
      const cpuBefore = bridge.cpuMs();
      const result = await load({ ...greedy, maxMs: effort.greedyMs, scenario: alike(protocols, plan) });
      const cpuMs = bridge.cpuMs() - cpuBefore;
      const { frames, wallMs } = result;
      return {
        figures: [
          measured("frames a second, around the bridge", perSecond(direct.frames, direct.wallMs)),
          atLeast(100_000, "frames a second", perSecond(frames, wallMs)),
          measured("frames in a second of the bridge's CPU time", perSecond(frames, cpuMs)),
          exactly(0, "answers with a fault", result.faultCount),
          measured("RSS, at most", bridge.peakMb(), "MB"),
        ],
        notes: result.faults,
      };
    }),
};

const perSecond = (frames: number, ms: number) => Math.round((frames / ms) * 1000);
