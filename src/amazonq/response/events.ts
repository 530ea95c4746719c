import { isUtf8 as isUtf8Text } from "node:buffer";
import type { ChatResponseStream } from "@aws/codewhisperer-streaming-client";
import { damaged } from "../../eventstream/damaged.ts";
import type { Headers } from "../../eventstream/headers.ts";
import type { Message, Stretch } from "../../eventstream/message.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../json.ts";
import type { Stage } from "../../stream/stage.ts";
import type { ServiceFailure } from "./catalogue.ts";

/** What the service says within an answer, in our terms; absent members arrive as empty or undefined. */
export type ServiceEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string; signature: string; redacted: string }
  | { type: "tool-use"; id: string; name: string; input: string; stop: boolean }
  | { type: "metadata"; stopReason: string | undefined; usage: TokenUsage | undefined }
  | { type: "metering"; credits: number }
  | { type: "context-usage" }
  | { type: "unknown" }
  | { type: "failure"; failure: ServiceFailure };

export interface TokenUsage {
  uncachedInputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
}

type EventName = Exclude<
  ChatResponseStream extends infer Arm ? (Arm extends { $unknown?: never } ? keyof Arm : never) : never,
  "$unknown" | "error"
>;
type Decoder = (payload: JsonObject) => ServiceEvent;

/** Every event of contract 3.2; null marks those that carry nothing for a client. */
const decoders = {
  assistantResponseEvent: (payload) => ({ type: "text", text: text(payload, "content") }),
  reasoningContentEvent: (payload) => ({
    type: "reasoning",
    text: text(payload, "text"),
    signature: text(payload, "signature"),
    redacted: text(payload, "redactedContent"),
  }),
  toolUseEvent: (payload) => ({
    type: "tool-use",
    id: text(payload, "toolUseId"),
    name: text(payload, "name"),
    input: toolInput(payload["input"]),
    stop: payload["stop"] === true,
  }),
  metadataEvent: (payload) => ({
    type: "metadata",
    stopReason: text(payload, "stopReason") || text(payload, "stop_reason") || undefined,
    usage: tokenUsage(payload["tokenUsage"]),
  }),
  meteringEvent: ({ usage }) => ({
    type: "metering",
    credits: typeof usage === "number" ? Math.max(0, usage) : 0,
  }),
  contextUsageEvent: () => ({ type: "context-usage" }),
  invalidStateEvent: (payload) => ({
    type: "failure",
    failure: {
      status: 0,
      type: "InvalidState",
      reason: text(payload, "reason"),
      message: text(payload, "message"),
    },
  }),
  citationEvent: null,
  codeEvent: null,
  codeReferenceEvent: null,
  documentCitationEvent: null,
  dryRunSucceedEvent: null,
  followupPromptEvent: null,
  intentsEvent: null,
  interactionComponentsEvent: null,
  messageMetadataEvent: null,
  supplementaryWebLinksEvent: null,
  toolResultEvent: null,
} as const satisfies Record<EventName, Decoder | null>;

const decoderByName: ReadonlyMap<unknown, Decoder | null> = new Map(Object.entries(decoders));

/** Typed events out of messages. Of unknown ones nothing is read, as AWS's own client does; a known one that is malformed fails. */
export const eventDecoder: Stage<Message, ServiceEvent> = (next) => {
  let known: Headers | undefined;
  let decode = skip;
  return {
    push({ headers, payload }) {
      if (headers !== known) decode = decoderFor(headers);
      known = headers;
      const event = decode(payload);
      if (event) next.push(event);
    },
    end: () => next.end(),
  };
};

type PayloadDecoder = (payload: Stretch) => ServiceEvent | undefined;

const skip: PayloadDecoder = () => undefined;

const unknown: PayloadDecoder = () => ({ type: "unknown" });

function decoderFor(headers: Headers): PayloadDecoder {
  const header = (name: string) => String(headers.get(name) ?? "");
  switch (headers.get(":message-type")) {
    case "event": {
      const decode = decoderByName.get(headers.get(":event-type"));
      if (decode === null) return skip;
      return decode ? (payload) => decode(jsonObject(payload)) : unknown;
    }
    case "exception":
      return (payload) => ({
        type: "failure",
        failure: decodeException(header(":exception-type"), payload),
      });
    case "error":
      return () => ({
        type: "failure",
        failure: { status: 0, type: header(":error-code"), reason: "", message: header(":error-message") },
      });
    default:
      return unknown;
  }
}

function decodeException(type: string, payload: Stretch): ServiceFailure {
  const raw = textOf(payload);
  const body = parseJson(raw);
  if (!isJsonObject(body)) return { status: 0, type, reason: "", message: raw };
  return {
    status: 0,
    type,
    reason: text(body, "reason"),
    message: text(body, "message") || text(body, "Message"),
  };
}

/** The buffer's own reader takes two thirds of a decoder's time (measured), and puts U+FFFD for what is no UTF-8. */
const textOf = ({ bytes, start, end }: Stretch): string => bytes.toString("utf8", start, end);

function jsonObject(payload: Stretch): JsonObject {
  const text = textOf(payload);
  if (text.includes("\ufffd") && !isUtf8(payload)) throw damaged("payload is not UTF-8");
  const value = parseJson(text);
  if (value === undefined) throw damaged("payload is not JSON");
  if (!isJsonObject(value)) throw damaged("payload is not an object");
  return value;
}

const isUtf8 = ({ bytes, start, end }: Stretch): boolean => isUtf8Text(bytes.subarray(start, end));

/** A member of the wrong type fails: taking it for absent would lose part of the answer without a word. */
function text(payload: JsonObject, name: string): string {
  const value = payload[name];
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw damaged(`member ${name} is not a string`);
  return value;
}

/** Older traces carry the input as an object rather than as fragments of its text. */
function toolInput(input: JsonObject[string]): string {
  if (input === undefined || input === null) return "";
  return typeof input === "string" ? input : JSON.stringify(input);
}

/** Counts that are no counts, or lack one of the two that always are there, are none: the bridge then counts itself. */
function tokenUsage(usage: JsonObject[string]): TokenUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const count = (name: string) => {
    const value = usage[name];
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  };
  const uncachedInputTokens = count("uncachedInputTokens");
  const outputTokens = count("outputTokens");
  if (uncachedInputTokens === undefined || outputTokens === undefined) return undefined;
  return {
    uncachedInputTokens,
    outputTokens,
    cacheReadInputTokens: count("cacheReadInputTokens") ?? 0,
    cacheWriteInputTokens: count("cacheWriteInputTokens") ?? 0,
  };
}
