import type { Case } from "./cases.ts";
import { forms, type LastWord, lastEvent } from "./protocols.ts";

/** How a request ended for its client: `left` by itself, `refused` with an HTTP status, `torn` without an ending. */
export type Ending = LastWord | "left" | "refused" | "torn";

/** What the last bytes of an answer that came to its end say of it. */
export function endingOf({ protocol, stream }: Case, status: number, tail: string): Ending {
  if (status !== 200) return isFailure(tail) ? "refused" : "torn";
  const { lastWord, lastWordOfWhole } = forms[protocol];
  if (!stream) return lastWordOfWhole.test(tail) ? "ok" : "torn";
  return lastWord(lastEvent(tail)) ?? "torn";
}

/** An object with an error that says something, as every protocol has it. */
const isFailure = (body: string) => /^\{.*"error":\{.*"message":"[^"]/.test(body);

interface Seen {
  ending: Ending;
  status: number;
  marks: number;
}

/** What is wrong with an answer that ended so; undefined when the case allows for it. */
export function faultOf(wanted: Case, { ending, status, marks }: Seen): string | undefined {
  const { plan, leaveAfter, mayBeRefused = false } = wanted;
  const isBroken = plan.fault !== undefined;
  const complete = marksOf(wanted);
  const faults: Record<Ending, string | false> = {
    ok:
      (isBroken && `whole in spite of ${plan.fault}`) || (marks !== complete && "ended as if it were whole"),
    error: !isBroken && leaveAfter === undefined && !mayBeRefused && "failed",
    refused: !isBroken && !mayBeRefused && "refused",
    torn: "torn",
    left: false,
  };
  const fault = faults[ending];
  return fault ? `${fault} after ${marks} marks of ${complete}, with status ${status}` : undefined;
}

/** How many a complete answer has, its repetitions among them. */
function marksOf({ protocol, stream, plan }: Case): number {
  const { text, tool, whole } = forms[protocol].repeats;
  const streamed = plan.fragment ? tool : text;
  return plan.events * (stream ? streamed : whole);
}
