import { alike } from "../crowd/cases.ts";
import { protocols } from "../crowd/protocols.ts";
import type { Effort } from "../effort.ts";
import { atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Load, Scene } from "../rig/rig.ts";

/** What counts as flat, on a machine that others use too. */
const flat = 1.3;

interface Step {
  name: string;
  load: Load;
  /** What the cost is divided by. */
  count: number;
}

interface Growth extends Omit<Goal, "run"> {
  /** From the smallest to the largest. */
  steps: (effort: Effort) => readonly Step[];
}

/** Goes twice through all steps, since the first time warms up; the largest must not cost more than a smaller one. */
const growth = ({ steps: stepsOf, ...rest }: Growth): Goal => ({
  ...rest,
  run: ({ effort, withScene }) =>
    withScene({}, async (scene) => {
      const steps = stepsOf(effort);
      for (const step of steps) await costOf(scene, step);
      const costs: Cost[] = [];
      for (const step of steps) costs.push(await costOf(scene, step));
      const micros = costs.map((cost) => cost.micros);
      const faults = costs.flatMap((cost) => cost.faults);
      return {
        figures: [
          ...costs.map((cost) => measured(cost.name, cost.micros, "µs")),
          atMost(
            flat,
            "the largest against the cheapest before it",
            (micros.pop() ?? Number.NaN) / Math.min(...micros),
          ),
          exactly(0, "answers with a fault", faults.length),
        ],
        notes: faults,
      };
    }),
});

interface Cost {
  name: string;
  /** CPU time of the bridge for one piece of what is counted. */
  micros: number;
  faults: readonly string[];
}

async function costOf({ bridge, load: send }: Scene, { name, load, count }: Step): Promise<Cost> {
  const before = bridge.cpuMs();
  const { faults } = await send(load);
  return { name, micros: ((bridge.cpuMs() - before) * 1000) / count, faults };
}

export const growthOfStreams = growth({
  id: "L1",
  title: "cost of an event by the length of its stream",
  bound: `flat from 1 000 to 1 000 000 events (within ${flat})`,
  steps: ({ growth: { events, totalEvents } }) =>
    events.map((length) => ({
      name: `streams of ${length} events`,
      load: {
        clients: 1,
        requests: totalEvents / length,
        scenario: alike(["anthropic", "openai"], { events: length }),
      },
      count: totalEvents,
    })),
});

export const growthOfRequests = growth({
  id: "L2",
  title: "cost of a kilobyte by the size of its request",
  bound: `linear (within ${flat}); in small ones it is the request itself that costs`,
  steps: ({ growth: { historyMb, rounds } }) =>
    historyMb.map((mb) => ({
      name: `requests of ${mb} MB`,
      load: { clients: 1, requests: rounds, scenario: alike(protocols, { events: 1 }, { historyMb: mb }) },
      count: rounds * mb * 1000,
    })),
});

const fragment = 200;

export const growthOfToolInputs = growth({
  id: "L3",
  title: "cost of a fragment by the length of its tool's input",
  bound: `linear up to 1 MB in 5 000 fragments, and beyond (within ${flat})`,
  steps: ({ growth: { totalEvents } }) =>
    [1250, 5000, 10_000].map((events) => {
      const requests = Math.ceil(totalEvents / 4 / events);
      return {
        name: `inputs of ${events} fragments, ${(events * fragment) / 1e6} MB`,
        load: { clients: 1, requests, scenario: alike(["anthropic", "openai"], { events, fragment }) },
        count: requests * events,
      };
    }),
});
