import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../../errors.ts";
import type { UnknownVariant } from "../../http/schema.ts";
import type {
  Conversation,
  Message,
  OutputFormat,
  Settings,
  TextPart,
  UserMessage,
} from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { refuseFields } from "../fields.ts";
import { answerTexts, decodeEffort, decodeFormat, plainText, splitInstructions } from "../openai-terms.ts";
import { describeUnknown } from "../unknown-part.ts";
import { decodeUserContent, textOf } from "./decode-content.ts";
import { decodeSearch, decodeStep } from "./decode-steps.ts";
import { responsesFields } from "./fields.ts";
import {
  type ConfigurationUpdate,
  type Content,
  type EasyMessage,
  type InputItem,
  inputItems,
  MessageForm,
  type RequestTool,
  type ResponsesRequest,
} from "./schema.ts";
import type { Thread } from "./thread.ts";
import { chooseTools, type OfferedTools, offerTools, type ToolOrigins } from "./tools.ts";

interface DecodedResponsesRequest {
  conversation: Conversation;
  origins: ToolOrigins;
}

/** What a Responses request asks in its thread. */
export function decodeResponsesRequest(
  request: ResponsesRequest,
  { earlier, input, begunWith }: Thread,
): DecodedResponsesRequest {
  refuseFields(request, responsesFields);
  refuseProbabilities(request);
  const items = [...earlier, ...input];
  const requested = [...(request.tools ?? []), ...items.flatMap(toolsOf)];
  const offered = offerTools(requested, request.max_tool_calls);
  const said = items.flatMap((item, index) =>
    item ? decodeItem(item, `input[${index - earlier.length}]`, offered) : [],
  );
  const { instructions, messages } = splitInstructions(said);
  return {
    conversation: {
      model: request.model,
      system: [
        request.instructions ?? [],
        instructions.map(({ text }) => text),
        leftOutTools(offered.leftOut),
      ].flat(),
      ...(begunWith && { begunWith }),
      messages,
      ...chooseTools(request.tool_choice, offered),
      settings: decodeSettings(request, items),
    },
    origins: offered.origins,
  };
}

function refuseProbabilities({ include }: ResponsesRequest): void {
  const name = "message.output_text.logprobs";
  if (!include?.includes(name)) return;
  throw new BridgeError(
    "invalid-request",
    `include: Amazon Q gives no log probabilities; leave ${name} out.`,
    {
      code: "unsupported_parameter",
      param: "include",
    },
  );
}

/** The tools that an item adds to those of the request. */
const toolsOf = (item: InputItem | undefined): readonly RequestTool[] =>
  item?.type === "additional_tools" && "tools" in item ? item.tools : [];

export const isEasyMessage = (item: InputItem): item is EasyMessage => !item.type;

/** An item of an unknown type may still be a message. */
function decodeUnknown(item: UnknownVariant, path: string): Message {
  if (item.type === "compaction_trigger") throw noSummary(path);
  return Value.Check(MessageForm, item) ? decodeMessage(item, path) : userText(describeUnknown(item));
}

/** Not described to the model: the client waits for a summary in a form that only OpenAI's servers read. */
const noSummary = (param: string) =>
  new BridgeError("invalid-request", `${param}: Amazon Q makes no summaries; ask for one in a message.`, {
    code: "invalid_value",
    param,
  });

/** What an item says; nothing for one that only adds tools or changes settings. */
function decodeItem(item: InputItem, path: string, { origins, searchName }: OfferedTools): Message[] {
  if (isEasyMessage(item)) return [decodeMessage(item, path)];
  if (!inputItems.isKnown(item)) return [decodeUnknown(item, path)];
  switch (item.type) {
    case "message":
      return [decodeMessage(item, path)];
    case "web_search_call":
      return decodeSearch(item, searchName);
    case "additional_tools":
    case "configuration_update":
      return [];
    default:
      return [decodeStep(item, path, (name) => origins.get(name)?.kind === "custom")];
  }
}

function decodeMessage({ role, content }: { role: string; content: Content }, path: string): Message {
  switch (role) {
    case "system":
    case "developer":
      return { role: "system", text: plainText(content, textOf) };
    case "assistant":
      return { role, parts: decodeAnswer(content) };
    default:
      return { role: "user", parts: decodeUserContent(content, `${path}.content`) };
  }
}

const decodeAnswer = (content: Content): TextPart[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : answerTexts(content, textOf);

const userText = (text: string): UserMessage => ({ role: "user", parts: [{ type: "text", text }] });

function decodeSettings(request: ResponsesRequest, items: readonly (InputItem | undefined)[]): Settings {
  const inForce = [request, ...items.filter(isUpdate)];
  const reasoning = decodeEffort(inForce.findLast((setting) => setting.reasoning?.effort)?.reasoning?.effort);
  const output = decodeTextFormat(inForce.findLast(({ text }) => text?.format)?.text);
  return {
    ...(request.max_output_tokens && { maxTokens: request.max_output_tokens }),
    ...(request.parallel_tool_calls === false && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output }),
  };
}

const isUpdate = (item: InputItem | undefined): item is ConfigurationUpdate =>
  item?.type === "configuration_update";

/** The form that `text` asks the answer to have. */
export function decodeTextFormat(text: ResponsesRequest["text"]): OutputFormat | undefined {
  const format = text?.format;
  return decodeFormat(format?.type, format?.type === "json_schema" ? format : undefined);
}
