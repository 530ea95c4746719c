import { argumentsIn, type JsonObject } from "../../json.ts";
import type { Message, ReasoningPart, RedactedReasoningPart } from "../../turn/conversation.ts";
import { customArguments, customArgumentsIn } from "../openai/custom-tools.ts";
import { toolResult } from "../openai-terms.ts";
import { decodeOutput } from "./decode-content.ts";
import type { StepItem, WebSearchCall } from "./schema.ts";
import { flatName } from "./tools.ts";

/** A call, a result or thoughts as a message; `isCustom` tells custom tools by the names they are offered under. */
export function decodeStep(item: StepItem, path: string, isCustom: (name: string) => boolean): Message {
  switch (item.type) {
    case "function_call": {
      const name = flatName(item.name, item.namespace);
      const read = isCustom(name) ? customArgumentsIn : argumentsIn;
      return assistantCall(item.call_id, name, read(item.arguments));
    }
    case "custom_tool_call":
      return assistantCall(item.call_id, flatName(item.name, item.namespace), customArguments(item.input));
    case "function_call_output":
    case "custom_tool_call_output":
      return toolResult(item.call_id, decodeOutput(item.output, `${path}.output`));
    case "reasoning":
      return { role: "assistant", parts: reasoningParts(item) };
  }
}

/** Of a search's results the item keeps no more than the addresses; what mattered of them is in the answer after it. */
export function decodeSearch({ id, action }: WebSearchCall, searchName: string): Message[] {
  const query = action?.query ?? action?.queries?.join(" ") ?? action?.url ?? "";
  const urls = action?.sources?.flatMap(({ url }) => url ?? []) ?? [];
  const kept = ["The results are no longer available.", ...urls].join("\n");
  return [assistantCall(id, searchName, { query }), toolResult(id, [{ type: "text", text: kept }])];
}

const assistantCall = (id: string, name: string, input: JsonObject): Message => ({
  role: "assistant",
  parts: [{ type: "tool-call", id, name, input }],
});

/** Encrypted content is the signature of the reasoning in the summary or, without a summary, reasoning that is not shown. */
function reasoningParts({
  summary,
  encrypted_content,
}: Extract<StepItem, { type: "reasoning" }>): (ReasoningPart | RedactedReasoningPart)[] {
  const text = (summary ?? []).map((part) => part.text).join("");
  if (text) return [{ type: "reasoning", text, signature: encrypted_content ?? "" }];
  return encrypted_content ? [{ type: "redacted-reasoning", data: encrypted_content }] : [];
}
