import { expect, test } from "bun:test";
import fc from "fast-check";
import { sleep } from "../../src/clock.ts";
import { BridgeError } from "../../src/errors.ts";
import { type AnswerDependencies, answer, type Call } from "../../src/protocols/answer.ts";
import type { AnswerEncoding } from "../../src/protocols/answer-stream.ts";
import { createJournal, type RequestRecord } from "../../src/protocols/journal.ts";
import { createPlaces } from "../../src/protocols/places.ts";
import type { Conversation } from "../../src/turn/conversation.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { createTokenEstimator } from "../../src/turn/tokens/estimator.ts";
import type { Upstream } from "../../src/upstream.ts";
import { cases, timeFor } from "../support/cases.ts";
import { turnOfLoop } from "../support/event-loop.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { fakeUpstream } from "../support/server.ts";
import { end, failed, say, turnIn } from "../support/turns.ts";

/** What an upstream does when asked, from refusing at once to never saying a word. */
const openings = fc.constantFrom("throws", "rejects", "opens", "opens late", "waits for ever");
const batches = fc.array(
  fc.constantFrom<TurnEvent[]>([say("a")], [say("b"), say("c")], [end()], [failed()], [say("d"), end()]),
  { maxLength: 4 },
);
/** Our own bugs. */
const faults = fc.constantFrom("none", "none", "none", "encoding", "encoder", "beat", "whole", "no ids");
const steps = fc.array(
  fc.constantFrom("read", "read", "read", "leave", "cancel", "close", "15 s", "2 min", "turn"),
  { maxLength: 12 },
);

const conversation: Conversation = {
  model: "m",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hello" }] }],
  tools: [],
  toolChoice: { type: "auto" },
  settings: {},
};

/** A signal's controller that counts who listens. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  const heard = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    heard.add(given[1]);
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    heard.delete(given[1]);
    removeEventListener.apply(signal, given);
  };
  return { controller, signal, listeners: () => (signal.aborted ? 0 : heard.size) };
}

const course = fc.record({
  opening: openings,
  batches,
  isSilent: fc.boolean(),
  stream: fc.boolean(),
  fault: faults,
  steps,
});
type Course = typeof course extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const bug = () => {
  throw new Error("a bug");
};

/** Answers as told, and is open until it has ended, was cancelled or aborted. */
function upstreamOf({ opening, batches, isSilent }: Course, clock: ManualClock) {
  let isOpen = false;
  const close = () => {
    isOpen = false;
  };
  const rest = [...batches];
  const { upstream } = fakeUpstream(async ({ signal }) => {
    if (opening === "rejects") throw new BridgeError("upstream", "No.");
    isOpen = true;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    aborted.catch(close);
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
    if (opening === "waits for ever") return aborted;
    if (opening === "opens late") await sleep(clock, 20_000, signal);
    const pull = async (controller: ReadableStreamDefaultController<readonly TurnEvent[]>) => {
      const batch = rest.shift();
      if (batch) return controller.enqueue(batch);
      if (isSilent) return aborted;
      close();
      controller.close();
    };
    return turnIn(new ReadableStream({ pull, cancel: close }, { highWaterMark: 0 }));
  });
  const generate: Upstream["generate"] = (request) =>
    opening === "throws" ? bug() : upstream.generate(request);
  return { upstream: { ...upstream, generate }, isOpen: () => isOpen };
}

/** The words of no protocol. */
const encodingWith = (fault: string) => (): AnswerEncoding => (write) => {
  if (fault === "encoding") bug();
  return {
    push: ({ type }) => (fault === "encoder" && type === "text-delta" ? bug() : write(type)),
    beat: () => (fault === "beat" ? bug() : write("beat")),
  };
};

const shuttingDown = new BridgeError("busy", "The server is shutting down.");

/** An answer under way, with all that it may take and has to give back. */
function begin(drawn: Course) {
  const { fault, stream } = drawn;
  const clock = manualClock();
  const client = counted();
  const closing = counted();
  const places = createPlaces();
  const idle: number[] = [];
  const ended: unknown[] = [];
  const ignore = () => {};
  const observer = { arrived: ignore, began: ignore, ended: (record: RequestRecord) => ended.push(record) };
  const journal = createJournal(clock, [observer]);
  const { upstream, isOpen } = upstreamOf(drawn, clock);
  const dependencies: AnswerDependencies = {
    upstream,
    clock,
    journal,
    estimator: createTokenEstimator((name) => name),
    heartbeatMs: 15_000,
    slowClientMs: 120_000,
    mask: (text) => text,
    newId: () => (fault === "no ids" ? bug() : "1"),
    takePlace: () => places.take(1),
    brake: async () => {},
    closing: closing.signal,
  };
  const call: Call = {
    protocol: "openai",
    requestId: "req_1",
    idPrefix: "",
    conversation,
    stream,
    signal: client.signal,
    limitIdle: (seconds) => idle.push(seconds),
    headers: {},
  };
  journal.arrive("req_1", { method: "POST", route: "/", path: "/", bodyBytes: 1 });
  let body: Response["body"] = null;
  let reader: Pick<ReadableStreamDefaultReader, "read" | "cancel"> | undefined;
  const answered = answer(
    dependencies,
    call,
    encodingWith(fault),
    fault === "whole" ? bug : () => "whole",
  ).then(
    (given) => {
      if (given instanceof Response) body = given.body;
      reader = body?.getReader();
    },
    (error: unknown) => journal.end("req_1", { type: "error", error: BridgeError.from(error) }, 500),
  );
  const read = () => void reader?.read().catch(ignore);
  const cancel = () => void reader?.cancel().catch(ignore);

  return {
    answered,
    isStreaming: () => reader !== undefined,
    steps: {
      read,
      cancel,
      leave() {
        client.controller.abort();
        cancel();
      },
      close: () => closing.controller.abort(shuttingDown),
      "15 s": () => clock.advance(15_000),
      "2 min": () => clock.advance(120_000),
      turn: ignore,
    },
    expectNothingLeft() {
      expect(ended).toHaveLength(1);
      expect(() => places.take(1)).not.toThrow();
      expect(clock.waiting()).toBe(0);
      expect([client.listeners(), closing.listeners()]).toEqual([0, 0]);
      expect(idle.at(-1)).toBeGreaterThan(0);
      expect(isOpen()).toBe(false);
    },
  };
}

test(
  "however an answer goes, it ends once and gives back its place, its timers, its listeners and its connection",
  () =>
    fc.assert(
      fc.asyncProperty(course, async (drawn) => {
        const { answered, isStreaming, steps, expectNothingLeft } = begin(drawn);
        for (const step of drawn.steps) {
          steps[step]();
          await turnOfLoop();
        }
        // A client that has not left by now listens until the server stops.
        if (isStreaming()) steps.close();
        else steps.leave();
        await turnOfLoop();
        steps["15 s"]();
        await answered;
        for (let reads = 0; reads < 10; reads++) {
          steps.read();
          await turnOfLoop();
        }
        steps.cancel();
        await turnOfLoop();
        expectNothingLeft();
      }),
      cases,
    ),
  timeFor(),
);
