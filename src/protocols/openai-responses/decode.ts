import { parseJsonObject } from "../../json.ts";
import type {
  Conversation,
  Message,
  OutputFormat,
  ReasoningPart,
  RedactedReasoningPart,
  Settings,
  UserMessage,
} from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { refuseFields } from "../fields.ts";
import { decodeContent, plainText } from "./decode-content.ts";
import { responsesFields } from "./fields.ts";
import {
  type Content,
  type InputItem,
  inputItems,
  type RequestTool,
  type ResponsesRequest,
  type WebSearchCall,
} from "./schema.ts";
import { customInput, decodeToolChoice, flatName, offerTools, type ToolOrigins } from "./tools.ts";

export interface DecodedResponsesRequest {
  conversation: Conversation;
  origins: ToolOrigins;
}

/** What a Responses request asks, `earlier` being the items of the response that it goes on from. */
export function decodeResponsesRequest(
  request: ResponsesRequest,
  earlier: readonly InputItem[],
): DecodedResponsesRequest {
  refuseFields(request, responsesFields);
  const items = [...earlier, ...inputOf(request)];
  const requested = [request.tools ?? [], items.map(toolsOf)].flat(2);
  const { tools, origins, searchName, leftOut } = offerTools(requested, request.max_tool_calls);
  const messages = items.flatMap((item, index) =>
    decodeItem(item, `input[${index - earlier.length}]`, searchName),
  );
  const leading = messages.findIndex((message) => message.role !== "system");
  const instructions = messages.slice(0, leading === -1 ? messages.length : leading);
  return {
    conversation: {
      model: request.model,
      system: [request.instructions ?? [], instructions.map(systemText), leftOutTools(leftOut)].flat(),
      messages: messages.slice(instructions.length),
      tools,
      toolChoice: decodeToolChoice(request.tool_choice, searchName),
      settings: decodeSettings(request),
    },
    origins,
  };
}

/** A request's own input as items, to be kept with its answer. */
export const inputOf = ({ input }: ResponsesRequest): InputItem[] =>
  typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input;

const systemText = (message: Message) => (message.role === "system" ? message.text : "");

/** The tools that an item adds to those of the request. */
const toolsOf = (item: InputItem): readonly RequestTool[] =>
  item.type === "additional_tools" && "tools" in item ? item.tools : [];

/** What an item says; nothing for one that only adds tools. */
function decodeItem(item: InputItem, path: string, searchName: string): Message[] {
  if ("role" in item && "content" in item) return [decodeMessage(item, path)];
  if (!inputItems.isKnown(item)) return [userText(`[${item.type}] ${JSON.stringify(item)}`)];
  switch (item.type) {
    case "message":
      return [decodeMessage(item, path)];
    case "function_call": {
      const input = item.arguments ? (parseJsonObject(item.arguments) ?? { _raw: item.arguments }) : {};
      return [assistantCall(item.call_id, flatName(item.name, item.namespace), input)];
    }
    case "custom_tool_call": {
      const name = flatName(item.name, item.namespace);
      return [assistantCall(item.call_id, name, { [customInput]: item.input })];
    }
    case "function_call_output":
    case "custom_tool_call_output":
      return [toolResult(item.call_id, item.output, `${path}.output`)];
    case "reasoning":
      return [{ role: "assistant", parts: reasoningParts(item) }];
    case "web_search_call":
      return decodeSearch(item, searchName);
    case "additional_tools":
      return [];
  }
}

/** Of what a search found the item keeps the addresses at most; what they were good for stands in the answer after it. */
function decodeSearch({ id, action }: WebSearchCall, searchName: string): Message[] {
  const query = action?.query ?? action?.queries?.join(" ") ?? action?.url ?? "";
  const urls = action?.sources?.flatMap(({ url }) => url ?? []) ?? [];
  const kept = ["The results are no longer at hand.", ...urls].join("\n");
  return [assistantCall(id, searchName, { query }), toolResult(id, kept, "")];
}

function decodeMessage({ role, content }: { role: string; content: Content }, path: string): Message {
  switch (role) {
    case "system":
    case "developer":
      return { role: "system", text: plainText(content) };
    case "assistant":
      return { role, parts: [{ type: "text", text: plainText(content) }] };
    default:
      return { role: "user", parts: decodeContent(content, `${path}.content`) };
  }
}

const userText = (text: string): UserMessage => ({ role: "user", parts: [{ type: "text", text }] });

const assistantCall = (id: string, name: string, input: Record<string, string> | object): Message => ({
  role: "assistant",
  parts: [{ type: "tool-call", id, name, input: { ...input } }],
});

const toolResult = (callId: string, output: Content, path: string): Message => ({
  role: "user",
  parts: [{ type: "tool-result", callId, parts: decodeContent(output, path), isError: false }],
});

interface ReasoningItem {
  summary?: readonly { text: string }[] | null;
  encrypted_content?: string | null;
}

/** Encrypted content is what proves reasoning: the signature of what the summary says, or reasoning that is not shown. */
function reasoningParts({
  summary,
  encrypted_content,
}: ReasoningItem): (ReasoningPart | RedactedReasoningPart)[] {
  const text = (summary ?? []).map((part) => part.text).join("");
  if (text) return [{ type: "reasoning", text, signature: encrypted_content ?? "" }];
  return encrypted_content ? [{ type: "redacted-reasoning", data: encrypted_content }] : [];
}

function decodeSettings(request: ResponsesRequest): Settings {
  const effort = request.reasoning?.effort;
  const output = decodeOutput(request);
  return {
    ...(request.max_output_tokens && { maxTokens: request.max_output_tokens }),
    ...(request.parallel_tool_calls === false && { parallelToolCalls: false }),
    ...(effort && {
      reasoning:
        effort === "none"
          ? { enabled: false }
          : { enabled: true, effort: effort === "minimal" ? "low" : effort },
    }),
    ...(output && { output }),
  };
}

function decodeOutput({ text }: ResponsesRequest): OutputFormat | undefined {
  switch (text?.format?.type) {
    case "json_object":
      return {};
    case "json_schema":
      return { schema: text.format.schema };
    default:
      return undefined;
  }
}
