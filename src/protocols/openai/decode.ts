import { BridgeError } from "../../errors.ts";
import { parseJsonObject } from "../../json.ts";
import type {
  AssistantPart,
  Conversation,
  Message,
  OutputFormat,
  ReasoningSetting,
  ResultPart,
  Settings,
  Tool,
  ToolCallPart,
  ToolChoice,
} from "../../turn/conversation.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import { decodeContent, plainText } from "./decode-content.ts";
import { openaiFields } from "./fields.ts";
import { type ChatCompletionRequest, type RequestMessage, toolVariants } from "./schema.ts";

/** What a Chat Completions request asks, or a BridgeError that names the member which cannot be honoured. */
export function decodeChatRequest(request: ChatCompletionRequest): Conversation {
  refuseFields(request, openaiFields);
  const leading = request.messages.findIndex(({ role }) => role !== "system" && role !== "developer");
  const split = leading === -1 ? request.messages.length : leading;
  const instructions = request.messages.slice(0, split);
  return {
    model: request.model,
    system: instructions.map(({ content }) => plainText(content)),
    ...((instructions.some(holdsMark) || request.tools?.some(isMarked)) && { cacheSystem: true }),
    messages: request.messages.slice(split).map((message, index) => ({
      ...decodeMessage(message, split + index),
      ...(holdsMark(message) && { cacheAfter: true }),
    })),
    tools: decodeTools(request),
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
      return { role: "user", parts: decodeContent(message.content, path) };
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
  const text = plainText(message.content);
  const calls = (message.tool_calls ?? []).map((call) => toolCall(call.id, call.function));
  const legacy = message.function_call;
  if (legacy) calls.push(toolCall(legacyCallId(legacy.name), legacy));
  return [...(text ? [{ type: "text" as const, text }] : []), ...calls];
}

/** The first generation of tools had no ids: a result answers the call of the same name before it. */
const legacyCallId = (name: string) => `function_${name}`;

function toolCall(
  id: string,
  { name, arguments: json }: { name: string; arguments?: string | null },
): ToolCallPart {
  const input = json ? (parseJsonObject(json) ?? { _raw: json }) : {};
  return { type: "tool-call", id, name, input };
}

function decodeTools({ tools, functions }: ChatCompletionRequest): Tool[] {
  const definitions = (tools ?? []).flatMap((tool, index) => {
    if (toolVariants.isKnown(tool)) return tool.function;
    if (tool.type !== "custom") return [];
    throw new BridgeError(
      "invalid-request",
      `tools[${index}]: custom tools are not supported; offer a function.`,
      {
        code: "unsupported_parameter",
        param: `tools[${index}].type`,
      },
    );
  });
  return [...definitions, ...(functions ?? [])].map(({ name, description, parameters }) => ({
    name,
    description: description ?? "",
    inputSchema: parameters ?? {},
  }));
}

function decodeToolChoice({ tool_choice: choice, function_call: legacy }: ChatCompletionRequest): ToolChoice {
  if (choice)
    return typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.function.name };
  if (legacy) return typeof legacy === "string" ? { type: legacy } : { type: "tool", name: legacy.name };
  return { type: "auto" };
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
