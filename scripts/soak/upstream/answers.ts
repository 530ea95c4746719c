import { exception } from "../../../test/support/frames.ts";
import { nowMicros } from "../marks.ts";
import type { Fault, Plan } from "../plan.ts";
import {
  closing,
  createStampedFrames,
  type Ring,
  textRing,
  toolClosing,
  toolOpening,
  toolRing,
} from "./frames.ts";
import { chunk, jsonAnswer, lastChunk, streamHead } from "./http.ts";
import type { Wire } from "./wire.ts";

/** Gives the planned answer; `onEnd` is called when its last byte has left. What it returns gives it up. */
export type Answer = (plan: Plan, wire: Wire, onEnd: () => void) => () => void;

/** About as much as one TLS record carries. */
const framesAtOnce = 64;

/** Answers out of frames that are encoded once: what the upstream costs is taken from the bridge. */
export function createAnswers(): Answer {
  const text = textRing();
  const tools = new Map<number, Ring>();
  const stamped = createStampedFrames();

  const toolsOf = (characters: number): Ring => {
    const ring = tools.get(characters) ?? toolRing(characters);
    tools.set(characters, ring);
    return ring;
  };

  const greedy = (plan: Plan): Iterator<Uint8Array> => {
    if (plan.fault) return broken(plan, plan.fault, text);
    return plan.fragment ? toolCall(toolsOf(plan.fragment), plan.events) : whole(text, plan.events);
  };

  return (plan, wire, onEnd) => {
    if (plan.gapMs !== undefined) return paced(plan.events, plan.gapMs, { wire, stamped, onEnd });
    wire.follow(answering(greedy(plan), plan.fault, wire, onEnd));
    return () => {};
  };
}

/** The pieces of an answer, and what becomes of its connection behind them. */
function* answering(
  pieces: Iterator<Uint8Array>,
  fault: Fault | undefined,
  wire: Wire,
  onEnd: () => void,
): Generator<Uint8Array> {
  for (let piece = pieces.next(); !piece.done; piece = pieces.next()) yield piece.value;
  if (fault === "cut") wire.cut();
  if (fault === "reset") wire.reset();
  onEnd();
}

function* whole(ring: Ring, count: number): Generator<Uint8Array> {
  yield streamHead;
  yield* run(ring, count);
  yield chunk(closing("END_TURN"));
  yield lastChunk;
}

function* toolCall(ring: Ring, count: number): Generator<Uint8Array> {
  yield streamHead;
  yield chunk(toolOpening);
  yield* run(ring, count);
  yield chunk(toolClosing);
  yield chunk(closing("TOOL_USE"));
  yield lastChunk;
}

function* run({ bytes, starts }: Ring, count: number): Generator<Uint8Array> {
  const size = starts.length - 1;
  for (let done = 0; done < count; ) {
    const from = done % size;
    const to = Math.min(from + framesAtOnce, size, from + count - done);
    yield chunk(bytes.subarray(starts[from], starts[to]));
    done += to - from;
  }
}

const refusals: Readonly<Partial<Record<Fault, Uint8Array>>> = {
  "status-500": jsonAnswer(500, { __type: "InternalServerException", message: "It broke." }),
  "status-429": jsonAnswer(429, { __type: "ThrottlingException", message: "Too many requests." }),
};

function* broken({ events, faultAt = 0 }: Plan, fault: Fault, ring: Ring): Generator<Uint8Array> {
  const refusal = refusals[fault];
  if (refusal) return yield refusal;
  yield streamHead;
  yield* run(ring, faultAt);
  if (fault === "exception") {
    yield chunk(exception("InternalServerException", { message: "It broke on the way." }));
    yield lastChunk;
  } else if (fault === "damage") {
    yield chunk(damaged(ring.bytes.subarray(ring.starts[faultAt], ring.starts[faultAt + 1])));
    yield* run(ring, events - faultAt);
    yield chunk(closing("END_TURN"));
    yield lastChunk;
  }
}

/** One bit of the payload is another. */
function damaged(frame: Uint8Array): Uint8Array {
  const copy = Buffer.from(frame);
  const index = copy.length - 8;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

interface Pace {
  wire: Wire;
  stamped: (index: number, micros: number) => Uint8Array;
  onEnd: () => void;
}

/** One frame at each beat, the first at once; streams that began together beat apart from then on. */
function paced(events: number, gapMs: number, { wire, stamped, onEnd }: Pace): () => void {
  let index = 0;
  let timer: Timer | undefined;
  const beat = () => {
    wire.push(chunk(stamped(index, nowMicros())));
    index++;
    if (index < events) return;
    clearInterval(timer);
    wire.push(chunk(closing("END_TURN")));
    wire.push(lastChunk);
    onEnd();
  };
  wire.push(streamHead);
  beat();
  if (index < events) {
    timer = setTimeout(() => {
      beat();
      if (index < events) timer = setInterval(beat, gapMs);
    }, Math.random() * gapMs);
  }
  return () => clearInterval(timer);
}
