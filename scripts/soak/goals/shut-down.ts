import { alike, together } from "../crowd/cases.ts";
import { protocols } from "../crowd/protocols.ts";
import { atMost, exactly, type Goal } from "../goal.ts";
import { until } from "../rig/until.ts";

const streams = 512;
const half = streams / 2;
const gapMs = 100;
const gatheringMs = 3000;
/** For the second half to gather, and no longer: they have little time. */
const briefMs = 1000;
const endless = 1_000_000;

export const shutDown: Goal = {
  id: "G12",
  title: "shutdown with 512 streams, half of which end in time",
  bound: "≤ T_drain + 500 ms, every client saw an ending, good or bad",
  run: ({ effort: { drainSeconds }, withScene }) =>
    withScene({ config: { timeouts: { drain: drainSeconds } } }, async ({ bridge, crowd }) => {
      const drainMs = drainSeconds * 1000;
      const send = async (events: number, patienceMs: number) => {
        const sent = crowd(together(half, alike(protocols, { events, gapMs }, { mayBeRefused: true })));
        await until(patienceMs, () => sent.progress().open === half);
        return sent;
      };
      const staying = await send(endless, gatheringMs);
      const leaving = await send((briefMs + drainMs / 2) / gapMs, briefMs);
      const startedAt = performance.now();
      await bridge.terminate();
      const tookMs = performance.now() - startedAt;
      const [finished, ended] = [await leaving.result, await staying.result];
      return {
        figures: [
          atMost(drainMs + 500, "exited after", tookMs, "ms"),
          exactly(half, "streams that ended well", finished.endings.ok),
          exactly(half, "streams that ended with an error", ended.endings.error),
          exactly(0, "answers with a fault", finished.faultCount + ended.faultCount),
        ],
        notes: [`T_drain is ${drainSeconds} s here, 10 s by default`, ...finished.faults, ...ended.faults],
      };
    }),
};
