import { isUtf8 } from "node:buffer";
import type { ChatResponseStream } from "@aws/codewhisperer-streaming-client";
import { damaged } from "../../eventstream/damaged.ts";
import type { Headers } from "../../eventstream/headers.ts";
import type { Message, Stretch } from "../../eventstream/message.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../json.ts";
import type { Stage } from "../../stream/stage.ts";
import { firstText } from "./failure.ts";
import type { ServiceFailure } from "./service-failure.ts";

/** An event of the service in our terms; absent members are empty or undefined. */
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
  invalidStateEvent: (payload) => failure("InvalidState", payload),
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

/** Typed events out of messages. Unknown ones are not read, as in AWS's own client; known ones fail if they are malformed. */
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
      return (payload) => exception(header(":exception-type"), textOf(payload));
    case "error":
      return () => failure(header(":error-code"), { message: header(":error-message") });
    default:
      return unknown;
  }
}

const exception = (type: string, payload: string): ServiceEvent =>
  failure(type, parseJsonObject(payload) ?? { message: payload });

/** Members of the wrong type are ignored: a failure is still known by its name. */
const failure = (type: string, payload: JsonObject): ServiceEvent => ({
  type: "failure",
  failure: {
    status: 0,
    type,
    reason: firstText(payload, "reason"),
    message: firstText(payload, "message", "Message"),
  },
});

/** Takes two thirds of a TextDecoder's time (measured); invalid UTF-8 becomes U+FFFD. */
const textOf = ({ bytes, start, end }: Stretch): string => bytes.toString("utf8", start, end);

function jsonObject(payload: Stretch): JsonObject {
  const json = textOf(payload);
  if (json.includes("\ufffd") && !isUtf8(bytesOf(payload))) throw damaged("payload is not UTF-8");
  const object = parseJsonObject(json);
  if (!object) throw damaged("payload is not a JSON object");
  return object;
}

const bytesOf = ({ bytes, start, end }: Stretch): Buffer => bytes.subarray(start, end);

/** A member of the wrong type fails: to take it for absent would silently lose part of the answer. */
function text(payload: JsonObject, name: string): string {
  const value = payload[name];
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw damaged(`member ${name} is not a string`);
  return value;
}

/** In older traces the input is an object rather than fragments of its text. */
function toolInput(input: JsonObject[string]): string {
  if (input === undefined || input === null) return "";
  return typeof input === "string" ? input : JSON.stringify(input);
}

/** Undefined if a required count is missing or invalid: the bridge then counts itself. */
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
