import { EventStreamCodec } from "@smithy/eventstream-codec";
import type { Shape } from "./shapes.ts";

/** Stands exactly once in each piece of text and nowhere else, so that events are counted alike in any protocol. */
export const mark = "word";

const pieces = [
  " word",
  " words",
  " sword",
  "word,",
  ' "word"',
  "\n\n- word:",
  " wordless",
  "Keyword",
  " word’s",
];

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

const headers = (type: string) => ({
  ":event-type": { type: "string" as const, value: type },
  ":content-type": { type: "string" as const, value: "application/json" },
  ":message-type": { type: "string" as const, value: "event" },
});

const frame = (type: string, payload: unknown): Uint8Array =>
  codec.encode({ headers: headers(type), body: new TextEncoder().encode(JSON.stringify(payload)) });

/** What the service says at the end of an answer; its last bytes prove that all of it has come. */
const closing = Buffer.concat([
  frame("meteringEvent", { usage: 0.0213, unit: "credit", unitPlural: "credits" }),
  frame("contextUsageEvent", { contextUsagePercentage: 1.25 }),
  frame("metadataEvent", { stopReason: "END_TURN" }),
]);

/** The frames of an answer: one for each event, the last with all that closes it. */
export function answerFrames({ events }: Shape): Uint8Array[] {
  const texts = pieces.map((content) =>
    frame("assistantResponseEvent", { content, modelId: "claude-sonnet-4.6" }),
  );
  const frames = Array.from({ length: events }, (_, index) => texts[index % texts.length] ?? closing);
  return [...frames.slice(0, -1), Buffer.concat([frames.at(-1) ?? closing, closing])];
}

export const eventStreamType = "application/vnd.amazon.eventstream";

/** How an answer ends in each form that a subject gives it. */
export const endings = {
  frames: closing,
  anthropic: Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n'),
  openai: Buffer.from("data: [DONE]\n\n"),
} as const;
