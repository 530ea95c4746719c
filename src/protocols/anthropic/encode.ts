import type { BetaContentBlock, BetaMessage } from "@anthropic-ai/sdk/resources/beta/messages";
import type { StopReason as AnthropicStopReason } from "@anthropic-ai/sdk/resources/messages";
import { BridgeError } from "../../errors.ts";
import { argumentsIn } from "../../json.ts";
import type { CollectedCall, Turn, TurnPart } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/events.ts";
import type { ReplyIdentity } from "../reply.ts";
import { encodeSearchCall, encodeSearchOutcome } from "./search-blocks.ts";

const stopReasons = {
  end: "end_turn",
  "tool-calls": "tool_use",
  length: "max_tokens",
  "stop-sequence": "stop_sequence",
  "context-window": "model_context_window_exceeded",
  "content-filter": "refusal",
  "malformed-call": "max_tokens",
} as const satisfies Record<StopReason, AnthropicStopReason>;

export const encodeStopReason = (reason: StopReason): AnthropicStopReason => stopReasons[reason];

/** The message before any of its content: what `message_start` carries. It has the members of the beta API, too. */
export const emptyMessage = ({ id, model, inputTokens }: ReplyIdentity): BetaMessage => ({
  id,
  type: "message",
  role: "assistant",
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  container: null,
  context_management: null,
  diagnostics: null,
  usage: {
    ...encodeUsage({
      inputTokens,
      outputTokens: 1,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      estimated: true,
    }),
    cache_creation: null,
    inference_geo: null,
    service_tier: null,
    speed: null,
  },
});

export const encodeUsage = (usage: Usage) => ({
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  cache_creation_input_tokens: usage.cacheWriteTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  fallback_credit: null,
  iterations: null,
  output_tokens_details: null,
  server_tool_use: usage.searches ? { web_search_requests: usage.searches, web_fetch_requests: 0 } : null,
});

/**
 * A whole answer. A call that was cut short is left out, as its arguments are no object; where the model itself wrote
 * something else, the answer fails (fault row 61), as there is no limit that the client could raise.
 */
export function encodeMessage(identity: ReplyIdentity, { parts, end }: Turn): BetaMessage {
  if (end.stopReason === "malformed-call" && parts.some(isBrokenCall)) throw malformedCall();
  const message = emptyMessage(identity);
  return {
    ...message,
    content: parts.flatMap(encodePart),
    stop_reason: encodeStopReason(end.stopReason),
    stop_sequence: end.stopSequence,
    usage: { ...message.usage, ...encodeUsage(end.usage) },
  };
}

function encodePart(part: TurnPart): BetaContentBlock[] {
  switch (part.type) {
    case "text":
      return [{ type: "text", text: part.text, citations: null }];
    case "reasoning":
      return [{ type: "thinking", thinking: part.text, signature: part.signature }];
    case "redacted-reasoning":
      return [{ type: "redacted_thinking", data: part.data }];
    case "tool-call":
      return encodeCall(part);
    case "search": {
      const { id, query, outcome } = part;
      return [encodeSearchCall(id, { query }), encodeSearchOutcome(id, outcome)];
    }
  }
}

const isBrokenCall = (part: TurnPart): boolean => part.type === "tool-call" && !part.isWhole;

const encodeCall = ({ id, name, json, isWhole }: CollectedCall): BetaContentBlock[] =>
  isWhole ? [{ type: "tool_use", id, name, input: argumentsIn(json), caller: { type: "direct" } }] : [];

const malformedCall = () =>
  new BridgeError(
    "protocol",
    "The model wrote tool arguments that are not JSON; change the request or pick another model.",
    { code: "upstream_protocol_error", severity: "warn" },
  );
