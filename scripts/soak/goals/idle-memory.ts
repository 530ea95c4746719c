import { atMost, type Goal } from "../goal.ts";

export const idleMemory: Goal = {
  id: "G2",
  title: "memory before any request",
  bound: "RSS ≤ 60 MB",
  run: ({ effort, withScene }) =>
    withScene({}, async ({ bridge }) => {
      await Bun.sleep(effort.idleMs);
      return { figures: [atMost(60, "RSS", bridge.residentMb(), "MB")] };
    }),
};
