import { argumentsIn } from "../../json.ts";
import type {
  AssistantPart,
  ReasoningPart,
  RedactedReasoningPart,
  ToolCallPart,
} from "../../turn/conversation.ts";
import { answerTexts } from "../openai-terms.ts";
import { isThinking, isToolUse, type ThinkingPart } from "./anthropic-shapes.ts";
import { type CallFormOf, isText } from "./call-forms.ts";
import { customArguments, customArgumentsIn } from "./custom-tools.ts";
import { textOf } from "./decode-content.ts";
import type { ContentPart, HistoryCall, RequestMessage } from "./schema.ts";

/** An earlier answer in parts: thoughts, words, and calls in the form that `formOf` tells. */
export function decodeAssistant(
  { content, refusal, tool_calls, function_call: legacy }: Extract<RequestMessage, { role: "assistant" }>,
  formOf: CallFormOf,
): AssistantPart[] {
  const thoughts: AssistantPart[] = [];
  const words: ContentPart[] = [];
  const calls: ToolCallPart[] = [];
  for (const part of partsOf(content)) {
    if (isToolUse(part))
      calls.push(toolCall(part.id, { name: part.name, arguments: JSON.stringify(part.input) }));
    else if (isThinking(part)) thoughts.push(decodeThinking(part));
    else words.push(part);
  }
  return [
    ...thoughts,
    ...answerTexts(words, textOf),
    ...answerTexts(partsOf(refusal), textOf),
    ...calls,
    ...(tool_calls ?? []).map((call) => decodeCall(call, formOf)),
    ...(legacy ? [toolCall(legacyCallId(legacy.name), legacy)] : []),
  ];
}

const partsOf = (content: string | ContentPart[] | null | undefined): readonly ContentPart[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);

/** Thoughts never become words of the answer, or the model would imitate them; unsigned ones are not sent to the service. */
const decodeThinking = ({
  thinking,
  text,
  signature,
  data,
}: ThinkingPart): ReasoningPart | RedactedReasoningPart =>
  data
    ? { type: "redacted-reasoning", data }
    : { type: "reasoning", text: thinking ?? text ?? "", signature: signature ?? "" };

/** Calls had no ids before there were tools: a result answers the call of the same name before it. */
export const legacyCallId = (name: string) => `function_${name}`;

function decodeCall(call: HistoryCall, formOf: CallFormOf): ToolCallPart {
  const { id } = call;
  if ("custom" in call)
    return { type: "tool-call", id, name: call.custom.name, input: customArguments(call.custom.input) };
  const { name, arguments: text } = call.function;
  const read = isText(formOf(name)) ? customArgumentsIn : argumentsIn;
  return { type: "tool-call", id, name, input: read(text) };
}

const toolCall = (
  id: string,
  { name, arguments: json }: { name: string; arguments?: string | null },
): ToolCallPart => ({ type: "tool-call", id, name, input: argumentsIn(json) });
