import { alike, together } from "../crowd/cases.ts";
import { atLeast, atMost, exactly, type Findings, type Goal, measured } from "../goal.ts";
import type { Rig } from "../rig/rig.ts";

const requests = 40;

export const largeBodies: Goal = {
  id: "G9",
  title: "40 requests of 30 MB at once, their lengths announced or not",
  bound: "no OOM at 1 GB; extra ones get busy",
  async run(rig) {
    const announced = await flood(rig, "announced", false);
    const chunked = await flood(rig, "chunked", true);
    return {
      figures: [...announced.figures, ...chunked.figures],
      notes: [...announced.notes, ...chunked.notes],
    };
  },
};

/** All of them at a bridge of their own, and two more afterwards. */
const flood = ({ withScene }: Rig, name: string, isChunked: boolean): Promise<Required<Findings>> =>
  withScene({}, async ({ bridge, load }) => {
    const body = { imagesMb: 30, isChunked, mayBeRefused: true };
    const scenario = alike(["anthropic", "openai"], { events: 10 }, body);
    const { endings, faults, faultCount } = await load(together(requests, scenario));
    const peakMb = bridge.peakMb();
    const again = await load({ clients: 1, requests: 2, scenario });
    return {
      figures: [
        atLeast(1, `${name}: answered`, endings.ok),
        measured(`${name}: refused as busy`, endings.refused),
        exactly(0, `${name}: neither`, requests - endings.ok - endings.refused),
        exactly(0, `${name}: answers with a fault`, faultCount),
        atMost(1024, `${name}: RSS, at most`, peakMb, "MB"),
        exactly(2, `${name}: answered of 2 afterwards`, again.endings.ok),
      ],
      notes: faults,
    };
  });
