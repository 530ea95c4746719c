import type {
  AssistantPart,
  Conversation,
  Effort,
  Message,
  ReasoningSetting,
  Settings,
  Tool,
  ToolChoice,
  UserPart,
} from "../../turn/conversation.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import {
  decodeDocument,
  decodeImage,
  decodeResultBlock,
  describeBlock,
  searchResultText,
  toolInput,
} from "./decode-blocks.ts";
import { anthropicFields } from "./fields.ts";
import {
  type ContentBlock,
  type CountTokensRequest,
  contentBlocks,
  type MessagesRequest,
  type RequestMessage,
  type RequestTool,
  type ToolResultBlock,
} from "./schema.ts";

/** What a Messages request asks, or a BridgeError that names the member which cannot be honoured. */
export function decodeMessagesRequest(request: MessagesRequest): Conversation {
  refuseFields(request, anthropicFields);
  const conversation = { ...decodeConversation(request), settings: decodeSettings(request) };
  return isMarked(request) ? markedThroughout(conversation) : conversation;
}

/** A mark on the request itself asks to cache as much as can be. */
const markedThroughout = (conversation: Conversation): Conversation => ({
  ...conversation,
  cacheSystem: true,
  messages: conversation.messages.map((message, index, { length }) =>
    index === length - 1 ? { ...message, cacheAfter: true } : message,
  ),
});

/** The conversation of a request whose tokens are to be counted. */
export const decodeConversation = (request: CountTokensRequest): Conversation => ({
  model: request.model,
  system: decodeSystem(request.system),
  ...(marksSystem(request) && { cacheSystem: true }),
  messages: request.messages.map(decodeMessage),
  tools: (request.tools ?? []).flatMap(decodeTool),
  toolChoice: decodeToolChoice(request.tool_choice),
  settings: {},
});

/** Claude Code opens its instructions with a billing note that only Anthropic's own servers take out again. */
const attribution = "x-anthropic-billing-header:";

function decodeSystem(system: CountTokensRequest["system"]): string[] {
  const texts = typeof system === "string" ? [system] : (system ?? []).map((block) => block.text);
  return texts.filter((text) => text !== "" && !text.startsWith(attribution));
}

/** The service's cache has marks between messages alone, so that one on a tool stands for all before the first message. */
function marksSystem({ system, tools }: CountTokensRequest): boolean {
  const blocks = typeof system === "string" ? [] : (system ?? []);
  return [...blocks, ...(tools ?? [])].some(isMarked);
}

function decodeMessage({ role, content }: RequestMessage, index: number): Message {
  const blocks: readonly ContentBlock[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const cache = blocks.some(isMarked) && { cacheAfter: true };
  switch (role) {
    case "user":
      return {
        role,
        parts: blocks.flatMap((block, position) =>
          decodeUserBlock(block, `messages[${index}].content[${position}]`),
        ),
        ...cache,
      };
    case "assistant":
      return { role, parts: blocks.map(decodeAssistantBlock), ...cache };
    case "system":
      return { role, text: blocks.map(blockText).join("\n\n"), ...cache };
  }
}

function decodeUserBlock(block: ContentBlock, path: string): UserPart[] {
  if (!contentBlocks.isKnown(block)) return [{ type: "text", text: describeBlock(block) }];
  switch (block.type) {
    case "image":
      return [decodeImage(block, path)];
    case "document":
      return decodeDocument(block, path);
    case "tool_result":
      return [decodeToolResult(block, path)];
    default:
      return [{ type: "text", text: blockText(block) }];
  }
}

function decodeToolResult({ tool_use_id, content, is_error }: ToolResultBlock, path: string): UserPart {
  return {
    type: "tool-result",
    callId: tool_use_id,
    parts:
      typeof content === "string"
        ? [{ type: "text", text: content }]
        : (content ?? []).flatMap((block, index) => decodeResultBlock(block, `${path}.content[${index}]`)),
    isError: is_error ?? false,
  };
}

function decodeAssistantBlock(block: ContentBlock): AssistantPart {
  if (!contentBlocks.isKnown(block)) return { type: "text", text: describeBlock(block) };
  switch (block.type) {
    case "tool_use":
      return { type: "tool-call", id: block.id, name: block.name, input: toolInput(block.input) };
    case "thinking":
      return { type: "reasoning", text: block.thinking, signature: block.signature ?? "" };
    case "redacted_thinking":
      return { type: "redacted-reasoning", data: block.data };
    default:
      return { type: "text", text: blockText(block) };
  }
}

/** A block in a place that takes only text. */
function blockText(block: ContentBlock): string {
  if (!contentBlocks.isKnown(block)) return describeBlock(block);
  if (block.type === "text") return block.text;
  return block.type === "search_result" ? searchResultText(block) : describeBlock(block);
}

function decodeTool(tool: RequestTool): Tool[] {
  if (!("input_schema" in tool)) return [];
  return [{ name: tool.name, description: tool.description ?? "", inputSchema: tool.input_schema }];
}

function decodeToolChoice(choice: CountTokensRequest["tool_choice"]): ToolChoice {
  switch (choice?.type) {
    case "any":
      return { type: "required" };
    case "tool":
      return { type: "tool", name: choice.name };
    case "none":
      return { type: "none" };
    case "auto":
    case undefined:
      return { type: "auto" };
  }
}

function decodeSettings(request: MessagesRequest): Settings {
  const { max_tokens, stop_sequences, tool_choice, output_config, output_format } = request;
  const reasoning = decodeReasoning(request);
  const output = output_config?.format ?? output_format;
  return {
    ...(max_tokens && { maxTokens: max_tokens }),
    ...(stop_sequences?.length && { stopSequences: stop_sequences.filter((sequence) => sequence !== "") }),
    ...(tool_choice?.disable_parallel_tool_use && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output: { schema: output.schema } }),
  };
}

function decodeReasoning(request: MessagesRequest): ReasoningSetting | undefined {
  const { thinking } = request;
  const effort = askedEffort(request);
  if (!thinking && !effort) return undefined;
  return {
    ...(thinking && { enabled: thinking.type !== "disabled" }),
    ...(thinking?.type === "enabled" && { budgetTokens: thinking.budget_tokens }),
    ...(thinking && "display" in thinking && thinking.display === "omitted" && { shown: false }),
    ...(effort && { effort }),
  };
}

/** Claude Code changes the effort in mid-conversation by a system message, which from there on wins. */
function askedEffort({ messages, output_config }: MessagesRequest): Effort | undefined {
  const later = messages.findLast((message) => "output_config" in message && message.output_config?.effort);
  const changed = later && "output_config" in later ? later.output_config?.effort : undefined;
  return changed ?? output_config?.effort ?? undefined;
}
