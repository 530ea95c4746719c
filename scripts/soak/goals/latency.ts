import { alike, together } from "../crowd/cases.ts";
import { type Protocol, protocols } from "../crowd/protocols.ts";
import { atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Load } from "../rig/rig.ts";

const streams = 20;
const gapMs = 20;
/** For what is slow when it is done the first time. */
const arrivalMs = 1000;

export const latency: Goal = {
  id: "G6",
  title: "what the bridge adds to a frame's way, at 20 streams",
  bound: "p50 ≤ 1 ms, p99 ≤ 10 ms",
  run: ({ effort, withScene }) =>
    withScene({}, async ({ upstream, passThrough, load }) => {
      const send = (names: readonly Protocol[]): Load => ({
        ...together(streams, alike(names, { events: (arrivalMs + effort.latencyMs) / gapMs, gapMs })),
        arrivalMs,
      });
      const around = send(["frames"]);
      const { delayMs: direct } = await load(around, upstream);
      const { delayMs: passed } = await load(around, await passThrough());
      const { delayMs, faultCount, faults } = await load(send(protocols));
      return {
        figures: [
          measured("p50, around the bridge", direct.p50, "ms"),
          measured("p50, pass-through", passed.p50, "ms"),
          measured("p50", delayMs.p50, "ms"),
          atMost(1, "p50, added", delayMs.p50 - direct.p50, "ms"),
          measured("p99, around the bridge", direct.p99, "ms"),
          measured("p99, pass-through", passed.p99, "ms"),
          measured("p99", delayMs.p99, "ms"),
          atMost(10, "p99, added", delayMs.p99 - direct.p99, "ms"),
          exactly(0, "answers with a fault", faultCount),
        ],
        notes: faults,
      };
    }),
};
