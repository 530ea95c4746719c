import type { ChatCompletion, ChatCompletionMessage } from "openai/resources/chat/completions";
import type { CompletionUsage } from "openai/resources/completions";
import type { CollectedCall, Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/events.ts";
import type { ReplyIdentity } from "../reply.ts";
import { type CallFormOf, encodeCalls } from "./call-forms.ts";

export const finishReasons = {
  end: "stop",
  "tool-calls": "tool_calls",
  length: "length",
  "stop-sequence": "stop",
  "context-window": "length",
  "content-filter": "content_filter",
  "malformed-call": "length",
} as const satisfies Record<StopReason, ChatCompletion.Choice["finish_reason"]>;

export const encodeFinishReason = (reason: StopReason, isLegacy: boolean) =>
  isLegacy && reason === "tool-calls" ? "function_call" : finishReasons[reason];

export function encodeUsage(usage: Usage): CompletionUsage {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
  };
}

/** A whole answer. */
export function encodeChatCompletion(
  { id, model, createdAt }: ReplyIdentity,
  { parts, end }: Turn,
  formOf: CallFormOf,
): ChatCompletion {
  const message = encodeMessage(parts, formOf);
  return {
    id,
    object: "chat.completion",
    created: createdAt,
    model,
    choices: [
      {
        index: 0,
        message,
        finish_reason: encodeFinishReason(end.stopReason, !!message.function_call),
        logprobs: null,
      },
    ],
    usage: encodeUsage(end.usage),
  };
}

/** Separates what is said before a search, which is not shown, from what is said after it. */
export const paragraph = "\n\n";

/** OpenAI's own types have no member for reasoning; `reasoning_content` is what other vendors and clients use. */
function encodeMessage(
  parts: Turn["parts"],
  formOf: CallFormOf,
): ChatCompletionMessage & { reasoning_content?: string } {
  let content = "";
  let hasSpoken = false;
  let reasoning = "";
  const calls: CollectedCall[] = [];
  for (const part of parts) {
    if (part.type === "text") {
      content += part.text;
      hasSpoken ||= part.text !== "";
    } else if (part.type === "search") {
      if (hasSpoken) content += paragraph;
      hasSpoken = false;
    } else if (part.type === "reasoning") reasoning += part.text;
    else if (part.type === "tool-call") calls.push(part);
  }
  return {
    role: "assistant",
    content: content || (calls.length > 0 ? null : ""),
    refusal: null,
    ...(reasoning && { reasoning_content: reasoning }),
    ...encodeCalls(calls, formOf),
  };
}
