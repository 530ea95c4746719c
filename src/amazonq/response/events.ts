import type { ChatResponseStream } from "@aws/codewhisperer-streaming-client";
import { damaged } from "../../eventstream/damaged.ts";
import type { Message } from "../../eventstream/message.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
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

/** Typed events out of messages. Unknown events are skipped, as AWS's own client does; a known one that is malformed fails. */
export const eventDecoder: Stage<Message, ServiceEvent> = (next) => ({
  push(message) {
    const event = decodeEvent(message);
    if (event) next.push(event);
  },
  end: () => next.end(),
});

function decodeEvent({ headers, payload }: Message): ServiceEvent | undefined {
  switch (headers.get(":message-type")) {
    case "event": {
      const decode = decoderByName.get(headers.get(":event-type"));
      return decode ? decode(jsonObject(payload)) : undefined;
    }
    case "exception":
      return {
        type: "failure",
        failure: decodeException(String(headers.get(":exception-type") ?? ""), payload),
      };
    case "error":
      return {
        type: "failure",
        failure: {
          status: 0,
          type: String(headers.get(":error-code") ?? ""),
          reason: "",
          message: String(headers.get(":error-message") ?? ""),
        },
      };
    default:
      return undefined;
  }
}

function decodeException(type: string, payload: Uint8Array): ServiceFailure {
  const raw = new TextDecoder().decode(payload);
  const body = parsed(raw);
  if (!isJsonObject(body)) return { status: 0, type, reason: "", message: raw };
  return {
    status: 0,
    type,
    reason: text(body, "reason"),
    message: text(body, "message") || text(body, "Message"),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function jsonObject(payload: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(utf8.decode(payload));
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw damaged("payload is not JSON", error);
  }
  throw damaged("payload is not an object");
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

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

function tokenUsage(usage: JsonObject[string]): TokenUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const count = (name: string) => {
    const value = usage[name];
    return typeof value === "number" && value >= 0 ? value : 0;
  };
  return {
    uncachedInputTokens: count("uncachedInputTokens"),
    outputTokens: count("outputTokens"),
    cacheReadInputTokens: count("cacheReadInputTokens"),
    cacheWriteInputTokens: count("cacheWriteInputTokens"),
  };
}
