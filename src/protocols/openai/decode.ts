import type { Conversation, Message, ResultPart, Settings } from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import { decodeEffort, decodeFormat, splitInstructions } from "../openai-terms.ts";
import { decodeAssistant, legacyCallId } from "./decode-assistant.ts";
import { decodeContent, decodeUserContent, plainText } from "./decode-content.ts";
import { chooseTools, offerTools, wantsFunctionCalls } from "./decode-tools.ts";
import { openaiFields } from "./fields.ts";
import type { ChatCompletionRequest, RequestMessage } from "./schema.ts";

/** What a Chat Completions request asks, or a BridgeError that names the member which cannot be honoured. */
export function decodeChatRequest(request: ChatCompletionRequest): Conversation {
  refuseFields(request, openaiFields);
  const { tools, leftOut } = offerTools(request);
  const isGroup = countSpeakers(request.messages) > 1;
  const { instructions, messages } = splitInstructions(
    request.messages.map((message, index) => ({
      ...decodeMessage(message, `messages[${index}]`, isGroup),
      ...(holdsMark(message) && { cacheAfter: true }),
    })),
  );
  const isCached = instructions.some(({ cacheAfter }) => cacheAfter) || request.tools?.some(isMarked);
  return {
    model: request.model,
    system: [...instructions.map(({ text }) => text), ...leftOutTools(leftOut)],
    ...(isCached && { cacheSystem: true }),
    messages,
    ...chooseTools(request, tools),
    settings: decodeSettings(request),
  };
}

/** Users who are told apart by their names. */
const countSpeakers = (messages: readonly RequestMessage[]): number =>
  new Set(messages.flatMap((message) => (message.role === "user" && message.name) || [])).size;

/** Some clients put Anthropic's cache marks into this protocol too, on messages as well as on their parts. */
function holdsMark(message: RequestMessage): boolean {
  const parts = Array.isArray(message.content) ? message.content : [];
  return isMarked(message) || parts.some(isMarked);
}

function decodeMessage(message: RequestMessage, path: string, isGroup: boolean): Message {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", text: plainText(message.content) };
    case "user": {
      const parts = decodeUserContent(message.content, path);
      const name = isGroup && message.name;
      return { role: "user", parts: name ? [{ type: "text", text: `${name}:` }, ...parts] : parts };
    }
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

function decodeSettings(request: ChatCompletionRequest): Settings {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  const stops = [request.stop ?? []].flat().filter((sequence) => sequence !== "");
  const reasoning = decodeEffort(request.reasoning_effort ?? request.reasoning?.effort);
  const format = request.response_format;
  const output = decodeFormat(
    format?.type,
    format?.type === "json_schema" ? format.json_schema.schema : null,
  );
  const takesOneCall = request.parallel_tool_calls === false || wantsFunctionCalls(request);
  return {
    ...(maxTokens && { maxTokens }),
    ...(stops.length > 0 && { stopSequences: stops }),
    ...(takesOneCall && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output }),
  };
}
