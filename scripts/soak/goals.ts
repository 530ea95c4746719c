import type { Goal } from "./goal.ts";
import { admission } from "./goals/admission.ts";
import { endurance } from "./goals/endurance.ts";
import { growthOfRequests, growthOfStreams, growthOfToolInputs } from "./goals/growth.ts";
import { idleMemory } from "./goals/idle-memory.ts";
import { lag } from "./goals/lag.ts";
import { largeBodies } from "./goals/large-bodies.ts";
import { latency } from "./goals/latency.ts";
import { manyStreams } from "./goals/many-streams.ts";
import { shutDown } from "./goals/shut-down.ts";
import { stalledReaders } from "./goals/stalled-readers.ts";
import { stampede } from "./goals/stampede.ts";
import { startUp } from "./goals/start-up.ts";
import { throughput } from "./goals/throughput.ts";

/** G: section 5.3 of the reliability plan; L: that costs are linear. */
export const goals: readonly Goal[] = [
  startUp,
  idleMemory,
  manyStreams,
  admission,
  throughput,
  latency,
  endurance,
  stalledReaders,
  largeBodies,
  lag,
  stampede,
  shutDown,
  growthOfStreams,
  growthOfRequests,
  growthOfToolInputs,
];
