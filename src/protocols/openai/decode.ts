import { Value } from "@sinclair/typebox/value";
import type { Conversation, Message, OutputFormat, Settings } from "../../turn/conversation.ts";
import { leftOutTools } from "../../turn/left-out-tools.ts";
import { isMarked } from "../cache-control.ts";
import { refuseFields } from "../fields.ts";
import { decodeTextFormat } from "../openai-responses/decode.ts";
import { decodeStep } from "../openai-responses/decode-steps.ts";
import { StepItem } from "../openai-responses/schema.ts";
import { decodeEffort, decodeFormat, plainText, splitInstructions, toolResult } from "../openai-terms.ts";
import { decodeStops } from "../stop-sequences.ts";
import { type CallFormOf, isText } from "./call-forms.ts";
import { decodeAssistant, legacyCallId } from "./decode-assistant.ts";
import { decodeContent, decodeUserContent, textOf } from "./decode-content.ts";
import { callFormOf, chooseTools, offerTools, wantsFunctionCalls } from "./decode-tools.ts";
import { openaiFields } from "./fields.ts";
import type { ChatCompletionRequest, RequestEntry, RequestMessage } from "./schema.ts";

/** What a Chat Completions request asks; throws a BridgeError that names a member that cannot be honoured. */
export function decodeChatRequest(request: ChatCompletionRequest): Conversation {
  refuseFields(request, openaiFields);
  const { tools, leftOut } = offerTools(request);
  const about = { isGroup: countSpeakers(request.messages) > 1, formOf: callFormOf(request) };
  const { instructions, messages } = splitInstructions(
    request.messages.map((entry, index) => decodeEntry(entry, `messages[${index}]`, about)),
  );
  const isCached = instructions.some(({ cacheAfter }) => cacheAfter) || request.tools?.some(isMarked);
  return {
    model: request.model,
    system: [request.instructions ?? [], instructions.map(({ text }) => text), leftOutTools(leftOut)].flat(),
    ...(isCached && { cacheSystem: true }),
    messages,
    ...chooseTools(request, tools),
    settings: decodeSettings(request),
  };
}

/** What is needed to read a message. */
interface About {
  isGroup: boolean;
  formOf: CallFormOf;
}

/** How many users there are, by their names. */
const countSpeakers = (entries: readonly RequestEntry[]): number =>
  new Set(entries.flatMap((entry) => ("role" in entry && entry.role === "user" && entry.name) || [])).size;

/** Told by all of its members, as some clients give these items a role, too. */
const isStep = (entry: RequestEntry): entry is StepItem => "type" in entry && Value.Check(StepItem, entry);

function decodeEntry(entry: RequestEntry, path: string, about: About): Message {
  if (isStep(entry)) return decodeStep(entry, path, (name) => isText(about.formOf(name)));
  return { ...decodeMessage(entry, path, about), ...(holdsMark(entry) && { cacheAfter: true }) };
}

/** Some clients use Anthropic's cache marks in this protocol too, on messages and on their parts. */
function holdsMark(message: RequestMessage): boolean {
  const parts = Array.isArray(message.content) ? message.content : [];
  return isMarked(message) || parts.some(isMarked);
}

function decodeMessage(message: RequestMessage, path: string, { isGroup, formOf }: About): Message {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", text: plainText(message.content, textOf) };
    case "user": {
      const parts = decodeUserContent(message.content, path);
      const name = isGroup && message.name;
      return { role: "user", parts: name ? [{ type: "text", text: `${name}:` }, ...parts] : parts };
    }
    case "assistant":
      return { role: "assistant", parts: decodeAssistant(message, formOf) };
    case "tool":
      return toolResult(message.tool_call_id, decodeContent(message.content, path));
    case "function":
      return toolResult(legacyCallId(message.name), decodeContent(message.content, path));
  }
}

function decodeSettings(request: ChatCompletionRequest): Settings {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? request.max_output_tokens;
  const reasoning = decodeEffort(request.reasoning_effort ?? request.reasoning?.effort);
  const output = outputOf(request);
  const takesOneCall = request.parallel_tool_calls === false || wantsFunctionCalls(request);
  return {
    ...(maxTokens && { maxTokens }),
    ...decodeStops(request.stop),
    ...(takesOneCall && { parallelToolCalls: false }),
    ...(reasoning && { reasoning }),
    ...(output && { output }),
  };
}

/** The form that the answer is to have, asked for as in this protocol or as in Responses. */
function outputOf({ response_format: format, text }: ChatCompletionRequest): OutputFormat | undefined {
  if (!format) return decodeTextFormat(text);
  return decodeFormat(format.type, format.type === "json_schema" ? format.json_schema : undefined);
}
