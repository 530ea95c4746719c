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

/** One event that tells when it was sent, in ms. */
export const stampedFrame = (sentAt: number): Uint8Array =>
  frame("assistantResponseEvent", { content: ` ${mark} ${sentAt.toFixed(3)}`, modelId: "claude-sonnet-4.6" });
/** All that is found of such events in an answer of any form. */
export const stamps = new RegExp(`${mark} (\\d+\\.\\d{3})`, "g");

/** The frames of an answer: one for each event, the last with all that closes it. */
export function answerFrames({ events }: Shape): Uint8Array[] {
  const texts = pieces.map((content) =>
    frame("assistantResponseEvent", { content, modelId: "claude-sonnet-4.6" }),
  );
  const frames = Array.from({ length: events }, (_, index) => texts[index % texts.length] ?? closing);
  return [...frames.slice(0, -1), Buffer.concat([frames.at(-1) ?? closing, closing])];
}

export const eventStreamType = "application/vnd.amazon.eventstream";

export type AnswerForm = "frames" | "anthropic" | "openai" | "responses";

/** How an answer ends in each form that a subject gives it, and how often it says what it says. */
export const forms: Readonly<Record<AnswerForm, { ending: string; repeats: number }>> = {
  frames: { ending: closing.toString("latin1"), repeats: 1 },
  anthropic: { ending: 'event: message_stop\ndata: {"type":"message_stop"}\n\n', repeats: 1 },
  openai: { ending: "data: [DONE]\n\n", repeats: 1 },
  // The whole text again as a text, a part, an item and in the response itself, which is last.
  responses: { ending: "}\n\n", repeats: 5 },
};
