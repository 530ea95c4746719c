import { inPieces } from "./bodies.ts";
import type { Case } from "./cases.ts";
import { type Ending, endingOf, faultOf } from "./ending.ts";
import { createMarkReader } from "./mark-reader.ts";
import { forms } from "./protocols.ts";
import { createTail } from "./tail.ts";

export interface Outcome {
  ending: Ending;
  /** 0 when there was none. */
  status: number;
  /** Pieces of the answer that have come, each counted once. */
  frames: number;
  /** From the question to the first mark; undefined when there was none. */
  firstMarkMs: number | undefined;
  /** From the question to the end. */
  ms: number;
  /** What no client should see. */
  fault: string | undefined;
}

export interface Listener {
  onFirstMark?(): void;
  onFrames?(count: number): void;
  onDelay?(ms: number): void;
}

/** Asks once and reads the answer as its case has it. Never rejects. */
export async function visit(
  url: string,
  wanted: Case,
  body: Uint8Array,
  listener: Listener,
): Promise<Outcome> {
  const { protocol, leaveAfter = Number.POSITIVE_INFINITY, isChunked = false } = wanted;
  const leaving = new AbortController();
  const tail = createTail();
  const reading = readingOf(wanted, listener);
  let status = 0;

  const end = (ending: Ending): Outcome => {
    const seen = reading.end();
    const fault = seen.fault ?? faultOf(wanted, { ending, status, marks: seen.marks });
    return { ...seen, ending, status, fault: fault && `${protocol}: ${fault}` };
  };

  try {
    const answer = fetch(url + forms[protocol].path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: isChunked ? inPieces(body) : body,
      signal: leaving.signal,
    });
    if (leaveAfter === 0) setTimeout(() => leaving.abort(), 1);
    const response = await answer;
    status = response.status;
    for await (const bytes of response.body ?? []) {
      tail.push(bytes);
      if (reading.push(bytes) >= leaveAfter) leaving.abort();
    }
    return end(endingOf(wanted, status, tail.text()));
  } catch {
    return end(leaving.signal.aborted ? "left" : "torn");
  }
}

/** Reads the marks of an answer from the moment that it is asked for, and tells of them. */
function readingOf({ protocol, plan }: Case, { onDelay, onFirstMark, onFrames }: Listener) {
  const isBinary = protocol === "frames";
  const marks = createMarkReader({ events: plan.events, isBinary, ...(onDelay && { onDelay }) });
  const askedAt = performance.now();
  let firstMarkMs: number | undefined;
  let frames = 0;

  return {
    /** How many marks there have been. */
    push(bytes: Uint8Array): number {
      marks.push(bytes);
      if (marks.count() > 0 && firstMarkMs === undefined) {
        firstMarkMs = performance.now() - askedAt;
        onFirstMark?.();
      }
      const before = frames;
      frames = Math.min(marks.count(), plan.events);
      onFrames?.(frames - before);
      return marks.count();
    },
    end: () => ({
      frames,
      firstMarkMs,
      ms: performance.now() - askedAt,
      marks: marks.count(),
      fault: marks.fault(),
    }),
  };
}
