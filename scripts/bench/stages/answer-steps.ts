import { EventStreamCodec } from "@smithy/eventstream-codec";
import { eventDecoder } from "../../../src/amazonq/response/events.ts";
import { turnDecoder } from "../../../src/amazonq/response/turn.ts";
import { systemClock } from "../../../src/clock.ts";
import { frameDecoder } from "../../../src/eventstream/framing.ts";
import { createAlarm } from "../../../src/http/alarm.ts";
import { type AnswerEncoding, sseStream } from "../../../src/protocols/answer-stream.ts";
import { messageStreamEncoding } from "../../../src/protocols/anthropic/encode-stream.ts";
import { chunkEncoding } from "../../../src/protocols/openai/encode-stream.ts";
import { responseStreamEncoding } from "../../../src/protocols/openai-responses/encode-stream.ts";
import { run } from "../../../src/stream/stage.ts";
import type { TurnEvent } from "../../../src/turn/events.ts";
import { answerFrames } from "../answer.ts";
import { translated } from "../bare-translation.ts";
import { anthropicRequest, openaiRequest, responsesRequest } from "../requests.ts";
import { findShape } from "../shapes.ts";
import { inProcessBridge, streamOf } from "./in-process-bridge.ts";
import type { Comparison, Step } from "./step.ts";

const shape = findShape("burst");
const units = shape.events;
const frames = answerFrames(shape);
/** As the bytes arrive under that shape. */
const chunks = sliced(Buffer.concat(frames), 16 * 1024);

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);
const identity = { id: "msg_1", model: "claude-sonnet-4.6", createdAt: 1_770_000_000, inputTokens: 1000 };
const context = {
  inputTokens: 1000,
  contextWindow: 1_000_000,
  modelId: identity.model,
  conversationId: "bench",
  secrets: [],
  toolNames: new Map<string, string>(),
  isDelimited: true,
  mask: (words: string) => words,
};

/** Each stage of an answer by itself, on what the one before it gives. */
export function answerStages(): Comparison {
  const messages = run(frameDecoder(2 ** 20), chunks);
  const serviceEvents = run(eventDecoder, messages);
  const events = run(turnDecoder(context), serviceEvents);
  const ownFrames = frames.slice(0, -1);
  return {
    title: "Stages of an answer",
    unit: "event",
    steps: [
      {
        name: "@smithy/eventstream-codec, decode",
        units: ownFrames.length,
        run: () => ownFrames.map((frame) => codec.decode(frame)),
      },
      { name: "frame decoding", units, run: () => run(frameDecoder(2 ** 20), chunks) },
      { name: "event decoding", units, run: () => run(eventDecoder, messages) },
      { name: "turn decoding", units, run: () => run(turnDecoder(context), serviceEvents) },
      encoding("anthropic encoder", messageStreamEncoding(identity, "req_1"), events),
      encoding("openai encoder", chunkEncoding(identity, false), events),
      encoding(
        "openai responses encoder",
        responseStreamEncoding(
          {
            ...identity,
            origins: new Map(),
            includeReasoning: false,
            includeSources: false,
            previousResponseId: null,
            echo: {
              instructions: null,
              metadata: {},
              parallel_tool_calls: true,
              tool_choice: "auto",
              tools: [],
            },
          },
          (response) => response,
        ),
        events,
      ),
      { name: "SSE stream of ready texts", units, run: () => drained(sseOf(events)) },
    ],
  };
}

/** All of an answer, from bytes to bytes, without sockets. */
export function wholeAnswers(): Comparison {
  const ask = inProcessBridge(chunks);
  const bodies = {
    anthropic: encoded(anthropicRequest(shape)),
    openai: encoded(openaiRequest(shape)),
    responses: encoded(responsesRequest(shape)),
  };
  return {
    title: "An answer of 2 000 events in this process, all of the server but its sockets",
    unit: "event",
    steps: [
      { name: "bare translation", units, run: () => drained(translated(streamOf(chunks))) },
      { name: "bridge, anthropic", units, run: () => ask("/v1/messages", bodies.anthropic) },
      { name: "bridge, openai", units, run: () => ask("/v1/chat/completions", bodies.openai) },
      { name: "bridge, responses", units, run: () => ask("/v1/responses", bodies.responses) },
    ],
  };
}

function encoding(name: string, encode: AnswerEncoding, events: readonly TurnEvent[]): Step {
  return {
    name,
    units,
    run() {
      let text = "";
      const encoder = encode((piece) => {
        text += piece;
      });
      for (const event of events) encoder.push(event);
      return text;
    },
  };
}

const readyText = `data: ${"x".repeat(120)}\n\n`;

function sseOf(events: readonly TurnEvent[]): ReadableStream<Uint8Array> {
  const batches = sliced(events, Math.ceil(events.length / chunks.length)).values();
  const turn = { read: async () => batches.next().value, cancel: async () => {} };
  const encode: AnswerEncoding = (write) => ({ push: () => write(readyText), beat() {} });
  return sseStream(turn, turn.read(), encode, {
    clock: systemClock,
    quiet: createAlarm(systemClock, 15_000),
    onEnd() {},
  });
}

async function drained(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

const encoded = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));

function sliced<T extends { length: number; slice(start: number, end: number): T }>(
  whole: T,
  size: number,
): T[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
    whole.slice(index * size, (index + 1) * size),
  );
}
