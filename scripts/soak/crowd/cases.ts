import { faults, type Plan } from "../plan.ts";
import { type Protocol, protocols } from "./protocols.ts";

/** One request, and when its client loses interest. */
export interface Case {
  protocol: Protocol;
  stream: boolean;
  plan: Plan;
  /** After so many marks the client hangs up; 0 is right after the question. */
  leaveAfter?: number;
  /** What the question drags along. */
  historyMb?: number;
  imagesMb?: number;
  /** Its body is sent without its length. */
  isChunked?: boolean;
  /** Where the bridge has no place for everyone. */
  mayBeRefused?: boolean;
}

interface Alike extends Omit<Case, "protocol" | "stream" | "leaveAfter"> {
  type: "alike";
  protocols: readonly Protocol[];
}

/** Which requests are sent. */
export type Scenario =
  /** All alike, in these protocols by turns. */
  | Alike
  /** As a day has them: long and short, streamed and whole, some of them abandoned and a few broken by the upstream. */
  | { type: "mixed"; meanEvents: number };

export const alike = (
  protocols: readonly Protocol[],
  plan: Plan,
  more: Omit<Alike, "type" | "protocols" | "plan"> = {},
): Scenario => ({ ...more, type: "alike", protocols, plan });

/** So many clients with one request each. */
export const together = (clients: number, scenario: Scenario) => ({ clients, requests: clients, scenario });

export function caseAt(scenario: Scenario, index: number): Case {
  if (scenario.type === "mixed") return mixedCase(scenario.meanEvents, index);
  const { type: _, protocols, ...wanted } = scenario;
  return { ...wanted, stream: true, protocol: protocols[index % protocols.length] ?? "anthropic" };
}

/** Of its requests' mean length, what a mixed scenario brings to its clients: some of them leave early. */
export const mixedYield = 0.93;

/** Their mean is 1. */
const lengths = [0.1, 0.3, 0.5, 1, 3.1];

/** Of a hundred requests 20 are abandoned and one breaks, as in 10 000 and 500 of 50 000. */
function mixedCase(mean: number, index: number): Case {
  const place = index % 100;
  const round = Math.floor(index / 100);
  const protocol = protocols[index % protocols.length] ?? "anthropic";
  const events = Math.max(2, Math.round(mean * (lengths[round % lengths.length] ?? 1)));
  if (place === 99) return { protocol, stream: round % 4 > 0, plan: brokenPlan(events, round) };
  const departure = place % 5 === 2 ? departures[(round + (place - 2) / 5) % departures.length] : undefined;
  if (departure) return { protocol, stream: true, ...departure(Math.ceil(mean)) };
  return { protocol, stream: place % 20 !== 11, plan: { events } };
}

function brokenPlan(events: number, round: number): Plan {
  const fault = faults[round % faults.length];
  const faultAt = round % 5 === 0 ? 0 : Math.floor(events / 2);
  return { events, faultAt, ...(fault && { fault }) };
}

const aMinute = 60_000;

/** When clients lose interest: at once, at the first words, in the middle of what would go on for long, in a silence. */
const departures: readonly ((mean: number) => Pick<Case, "plan" | "leaveAfter">)[] = [
  (mean) => ({ plan: { events: 10 * mean }, leaveAfter: 0 }),
  (mean) => ({ plan: { events: 10 * mean }, leaveAfter: 1 }),
  (mean) => ({ plan: { events: 10 * mean }, leaveAfter: mean }),
  () => ({ plan: { events: 2, gapMs: aMinute }, leaveAfter: 1 }),
];
