import { alike, together } from "../crowd/cases.ts";
import { atLeast, atMost, exactly, type Goal, measured } from "../goal.ts";

const requests = 40;

export const largeBodies: Goal = {
  id: "G9",
  title: "40 requests of 30 MB at once",
  bound: "no OOM at 1 GB; extra ones get busy",
  run: ({ withScene }) =>
    withScene({}, async ({ bridge, load }) => {
      const scenario = alike(["anthropic", "openai"], { events: 10 }, { imagesMb: 30, mayBeRefused: true });
      const { endings, faults, faultCount } = await load(together(requests, scenario));
      const peakMb = bridge.peakMb();
      const again = await load({ clients: 1, requests: 2, scenario });
      return {
        figures: [
          atLeast(1, "answered", endings.ok),
          measured("refused as busy", endings.refused),
          exactly(0, "neither", requests - endings.ok - endings.refused),
          exactly(0, "answers with a fault", faultCount),
          atMost(1024, "RSS, at most", peakMb, "MB"),
          exactly(2, "answered of 2 afterwards", again.endings.ok),
        ],
        notes: faults,
      };
    }),
};
