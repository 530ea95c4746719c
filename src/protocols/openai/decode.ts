import { parseJsonObject } from "../../json.ts";
import type {
  AssistantPart,
  Conversation,
  Message,
  OutputFormat,
  ReasoningSetting,
  ResultPart,
  Settings,
  ToolCallPart,
} from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import { isToolUse, type ToolUseBlock } from "./anthropic-shapes.ts";
import { decodeContent, decodeUserContent, plainText } from "./decode-content.ts";
import { decodeToolChoice, offerTools } from "./decode-tools.ts";
import { openaiFields } from "./fields.ts";
import type { ChatCompletionRequest, HistoryCall, RequestMessage } from "./schema.ts";

/** What a Chat Completions request asks, or a BridgeError that names the member which cannot be honoured. */
export function decodeChatRequest(request: ChatCompletionRequest): Conversation {
  refuseFields(request, openaiFields);
  const leading = request.messages.findIndex(({ role }) => role !== "system" && role !== "developer");
  const split = leading === -1 ? request.messages.length : leading;
  const instructions = request.messages.slice(0, split);
  const { tools, leftOut } = offerTools(request);
  return {
    model: request.model,
    system: [...instructions.map(({ content }) => plainText(content)), ...leftOutTools(leftOut)],
    ...((instructions.some(holdsMark) || request.tools?.some(isMarked)) && { cacheSystem: true }),
    messages: request.messages.slice(split).map((message, index) => ({
      ...decodeMessage(message, split + index),
      ...(holdsMark(message) && { cacheAfter: true }),
    })),
    tools,
    toolChoice: decodeToolChoice(request),
    settings: decodeSettings(request),
  };
}

/** Some clients put Anthropic's cache marks into this protocol too, on messages as well as on their parts. */
function holdsMark(message: RequestMessage): boolean {
  const parts = Array.isArray(message.content) ? message.content : [];
  return isMarked(message) || parts.some(isMarked);
}

function decodeMessage(message: RequestMessage, index: number): Message {
  const path = `messages[${index}]`;
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", text: plainText(message.content) };
    case "user":
      return { role: "user", parts: decodeUserContent(message.content, path) };
    case "assistant":
      return { role: "assistant", parts: decodeAssistant(message) };
    case "tool":
      return toolResult(message.tool_call_id, decodeContent(message.content, path));
    case "function":
      return toolResult(legacyCallId(message.name), decodeContent(message.content, path));
  }
}

const toolResult = (callId: string, parts: readonly ResultPart[]): Message => ({
  role: "user",
  parts: [{ type: "tool-result", callId, parts, isError: false }],
});

function decodeAssistant(message: Extract<RequestMessage, { role: "assistant" }>): AssistantPart[] {
  const { content } = message;
  const blocks = Array.isArray(content) ? content.filter(isToolUse) : [];
  const text = plainText(Array.isArray(content) ? content.filter((part) => !isToolUse(part)) : content);
  const calls = [...blocks.map(decodeToolUse), ...(message.tool_calls ?? []).map(decodeCall)];
  const legacy = message.function_call;
  if (legacy) calls.push(toolCall(legacyCallId(legacy.name), legacy));
  return [...(text ? [{ type: "text" as const, text }] : []), ...calls];
}

/** The first generation of tools had no ids: a result answers the call of the same name before it. */
const legacyCallId = (name: string) => `function_${name}`;

function decodeCall(call: HistoryCall): ToolCallPart {
  if (!("custom" in call)) return toolCall(call.id, call.function);
  return { type: "tool-call", id: call.id, name: call.custom.name, input: { input: call.custom.input } };
}

const decodeToolUse = ({ id, name, input }: ToolUseBlock): ToolCallPart =>
  toolCall(id, { name, arguments: JSON.stringify(input) });

function toolCall(
  id: string,
  { name, arguments: json }: { name: string; arguments?: string | null },
): ToolCallPart {
  const input = json ? (parseJsonObject(json) ?? { _raw: json }) : {};
  return { type: "tool-call", id, name, input };
}

function decodeOutput(format: ChatCompletionRequest["response_format"]): OutputFormat | undefined {
  switch (format?.type) {
    case "json_object":
      return {};
    case "json_schema": {
      const { schema } = format.json_schema;
      return schema ? { schema } : {};
    }
    case "text":
    case undefined:
      return undefined;
  }
}

function decodeReasoning({
  reasoning_effort,
  reasoning,
}: ChatCompletionRequest): ReasoningSetting | undefined {
  const effort = reasoning_effort ?? reasoning?.effort;
  if (!effort) return undefined;
  if (effort === "none") return { enabled: false };
  return { enabled: true, effort: effort === "minimal" ? "low" : effort };
}

function decodeSettings(request: ChatCompletionRequest): Settings {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  const stops = [request.stop ?? []].flat().filter((sequence) => sequence !== "");
  const reasoning = decodeReasoning(request);
  const output = decodeOutput(request.response_format);
  return {
    ...(maxTokens && { maxTokens }),
    ...(stops.length > 0 && { stopSequences: stops }),
    ...(request.parallel_tool_calls === false && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output }),
  };
}
