import { median, quantile } from "../../bench/statistics.ts";
import { atMost, type Goal, measured } from "../goal.ts";

interface Start {
  startUpMs: number;
  startUpCpuMs: number;
}

export const startUp: Goal = {
  id: "G1",
  title: "from exec to accepting",
  bound: "p50 ≤ 60 ms, at most 150 ms, of 20 starts, the step of execve among it",
  async run({ effort, withScene }) {
    const starts: Start[] = [];
    const references: Start[] = [];
    while (starts.length < effort.starts) {
      await withScene({}, async ({ bridge, passThrough }) => {
        starts.push(bridge);
        references.push(await passThrough());
      });
    }
    const times = starts.map(({ startUpMs }) => startUpMs);
    return {
      figures: [
        measured("a pass-through's start, p50", median(references.map(({ startUpMs }) => startUpMs)), "ms"),
        measured("CPU time of a start, p50", median(starts.map(({ startUpCpuMs }) => startUpCpuMs)), "ms"),
        atMost(60, "a start, p50", median(times), "ms"),
        atMost(150, "a start, at most", quantile(times, 1), "ms"),
      ],
      notes: effort.starts < 20 ? [`${effort.starts} of 20 starts`] : [],
    };
  },
};
