import type {
  Conversation,
  Effort,
  Message,
  ReasoningSetting,
  Settings,
  UserPart,
} from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import { decodeStops } from "../stop-sequences.ts";
import { describeAttached } from "../unknown-part.ts";
import { refuseAnswerless } from "./cache-warming.ts";
import { decodeAssistant } from "./decode-assistant.ts";
import { blockText, decodeResultBlock } from "./decode-blocks.ts";
import { chooseTools, offerTools } from "./decode-tools.ts";
import { anthropicFields } from "./fields.ts";
import {
  type ContentBlock,
  type CountTokensRequest,
  contentBlocks,
  type MessagesRequest,
  type RequestMessage,
  type ToolResultBlock,
} from "./schema.ts";
import { toolsInForce } from "./tool-changes.ts";

/** What a Messages request asks; throws a BridgeError that names a member that cannot be honoured. */
export function decodeMessagesRequest(request: MessagesRequest): Conversation {
  refuseFields(request, anthropicFields);
  refuseAnswerless(request);
  const conversation = { ...decodeConversation(request), settings: decodeSettings(request) };
  return isMarked(request) ? markedThroughout(conversation) : conversation;
}

/** A mark on the request itself asks to cache as much as possible. */
const markedThroughout = (conversation: Conversation): Conversation => ({
  ...conversation,
  cacheSystem: true,
  messages: markedAtEnd(conversation.messages),
});

const markedAtEnd = (messages: readonly Message[]): Message[] =>
  messages.map((message, index) =>
    index === messages.length - 1 ? { ...message, cacheAfter: true } : message,
  );

/** The conversation of a request whose tokens are to be counted. */
export function decodeConversation(request: CountTokensRequest): Conversation {
  const offered = offerTools(toolsInForce(request));
  return {
    model: request.model,
    system: [...decodeSystem(request.system), ...leftOutTools(offered.leftOut)],
    ...(marksSystem(request) && { cacheSystem: true }),
    messages: decodeMessages(request.messages, offered.searchName),
    ...chooseTools(request.tool_choice, offered),
    settings: {},
  };
}

/** Claude Code opens its instructions with a billing note, which only Anthropic's own servers remove. */
const attribution = "x-anthropic-billing-header:";

function decodeSystem(system: CountTokensRequest["system"]): string[] {
  const texts = typeof system === "string" ? [system] : (system ?? []).map((block) => block.text);
  return texts.filter((text) => text !== "" && !text.startsWith(attribution));
}

/** The service takes cache marks only between messages, so one on a tool stands for everything before the first. */
function marksSystem({ system, tools }: CountTokensRequest): boolean {
  const blocks = typeof system === "string" ? [] : (system ?? []);
  return [...blocks, ...(tools ?? [])].some(isMarked);
}

function decodeMessages(messages: readonly RequestMessage[], searchName: string): Message[] {
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  return messages.flatMap((message, index) =>
    index < lastUser && isForOneUserMessage(message)
      ? []
      : decodeMessage(message, `messages[${index}]`, searchName),
  );
}

/** Clients keep sending these instructions, which the model is not to see once another user message has come. */
const isForOneUserMessage = (message: RequestMessage): boolean =>
  message.role === "system" && message.clear_at === "next_user_message";

function decodeMessage({ role, content }: RequestMessage, path: string, searchName: string): Message[] {
  const blocks: readonly ContentBlock[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const messages = decodeBlocks(role, blocks, path, searchName);
  return blocks.some(isMarked) ? markedAtEnd(messages) : messages;
}

function decodeBlocks(
  role: RequestMessage["role"],
  blocks: readonly ContentBlock[],
  path: string,
  searchName: string,
): Message[] {
  switch (role) {
    case "user":
      return [
        {
          role,
          parts: blocks.flatMap((block, position) => decodeUserBlock(block, `${path}.content[${position}]`)),
        },
      ];
    case "assistant":
      return decodeAssistant(blocks, searchName);
    case "system":
      return [{ role, text: blocks.map(blockText).join("\n\n") }];
  }
}

function decodeUserBlock(block: ContentBlock, path: string): UserPart[] {
  if (!contentBlocks.isKnown(block)) return [{ type: "text", text: describeAttached(block, path) }];
  switch (block.type) {
    case "image":
    case "document":
      return decodeResultBlock(block, path);
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

function decodeSettings(request: MessagesRequest): Settings {
  const { max_tokens, stop_sequences, tool_choice, output_config, output_format } = request;
  const reasoning = decodeReasoning(request);
  const output = output_config?.format ?? output_format;
  return {
    ...(typeof max_tokens === "number" && { maxTokens: max_tokens }),
    ...decodeStops(stop_sequences),
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

/** Claude Code changes the effort in mid-conversation with a system message, which wins from there on. */
function askedEffort({ messages, output_config }: MessagesRequest): Effort | undefined {
  const later = messages.findLast((message) => "output_config" in message && message.output_config?.effort);
  const changed = later && "output_config" in later ? later.output_config?.effort : undefined;
  return changed ?? output_config?.effort ?? undefined;
}
