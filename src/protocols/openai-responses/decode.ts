import { argumentsIn, type JsonObject } from "../../json.ts";
import type {
  Conversation,
  Message,
  ReasoningPart,
  RedactedReasoningPart,
  Settings,
  TextPart,
  UserMessage,
} from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { refuseFields } from "../fields.ts";
import { answerTexts, decodeEffort, decodeFormat, splitInstructions } from "../openai-terms.ts";
import { describeUnknown } from "../unknown-part.ts";
import { decodeOutput, decodeUserContent, plainText, textOf } from "./decode-content.ts";
import { responsesFields } from "./fields.ts";
import {
  type Content,
  type InputItem,
  inputItems,
  type RequestTool,
  type ResponsesRequest,
  type WebSearchCall,
} from "./schema.ts";
import type { Thread } from "./thread.ts";
import { chooseTools } from "./tool-choice.ts";
import { customInput, flatName, offerTools, type ToolOrigins } from "./tools.ts";

export interface DecodedResponsesRequest {
  conversation: Conversation;
  origins: ToolOrigins;
}

/** What a Responses request asks, in the thread that it stands in. */
export function decodeResponsesRequest(
  request: ResponsesRequest,
  { earlier, input, begunWith }: Thread,
): DecodedResponsesRequest {
  refuseFields(request, responsesFields);
  const items = [...earlier, ...input];
  const requested = [...(request.tools ?? []), ...items.flatMap(toolsOf)];
  const offered = offerTools(requested, request.max_tool_calls);
  const { origins, searchName, leftOut } = offered;
  const said = items.flatMap((item, index) =>
    item ? decodeItem(item, `input[${index - earlier.length}]`, searchName) : [],
  );
  const { instructions, messages } = splitInstructions(said);
  return {
    conversation: {
      model: request.model,
      system: [
        request.instructions ?? [],
        instructions.map(({ text }) => text),
        leftOutTools(leftOut),
      ].flat(),
      ...(begunWith && { begunWith }),
      messages,
      ...chooseTools(request.tool_choice, offered),
      settings: decodeSettings(request),
    },
    origins,
  };
}

/** The tools that an item adds to those of the request. */
const toolsOf = (item: InputItem | undefined): readonly RequestTool[] =>
  item?.type === "additional_tools" && "tools" in item ? item.tools : [];

/** What an item says; nothing for one that only adds tools. */
function decodeItem(item: InputItem, path: string, searchName: string): Message[] {
  if ("role" in item && "content" in item) return [decodeMessage(item, path)];
  if (!inputItems.isKnown(item)) return [userText(describeUnknown(item))];
  switch (item.type) {
    case "message":
      return [decodeMessage(item, path)];
    case "function_call": {
      const name = flatName(item.name, item.namespace);
      return [assistantCall(item.call_id, name, argumentsIn(item.arguments))];
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
      return { role, parts: decodeAnswer(content) };
    default:
      return { role: "user", parts: decodeUserContent(content, `${path}.content`) };
  }
}

const decodeAnswer = (content: Content): TextPart[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : answerTexts(content, textOf);

const userText = (text: string): UserMessage => ({ role: "user", parts: [{ type: "text", text }] });

const assistantCall = (id: string, name: string, input: JsonObject): Message => ({
  role: "assistant",
  parts: [{ type: "tool-call", id, name, input }],
});

const toolResult = (callId: string, output: Content, path: string): Message => ({
  role: "user",
  parts: [{ type: "tool-result", callId, parts: decodeOutput(output, path), isError: false }],
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
  const reasoning = decodeEffort(request.reasoning?.effort);
  const format = request.text?.format;
  const output = decodeFormat(format?.type, format?.type === "json_schema" ? format.schema : null);
  return {
    ...(request.max_output_tokens && { maxTokens: request.max_output_tokens }),
    ...(request.parallel_tool_calls === false && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output }),
  };
}
