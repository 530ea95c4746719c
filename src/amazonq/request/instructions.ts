import type { Conversation, Tool } from "../../turn/conversation.ts";
import { joinTexts } from "../../turn/text.ts";
import type { ServiceModel } from "../models/service-model.ts";
import { thinkingPrompt } from "./thinking-prompt.ts";
import type { SentNames } from "./tool-names.ts";
import { longDescriptions } from "./tools.ts";
import type { SentTurn } from "./turns.ts";

/** The service has no place for instructions: they open the history as a user message that the model agrees to. */
export function instructionTurns(
  conversation: Conversation,
  model: ServiceModel,
  carried: readonly Tool[],
  sentNames: SentNames,
): SentTurn[] {
  const text = joinTexts([
    ...thinkingPrompt(conversation, model),
    ...conversation.system,
    ...longDescriptions(carried, sentNames),
    ...toolRules(conversation, carried, sentNames),
  ]);
  if (text === "") return [];
  return [
    {
      role: "user",
      results: [],
      parts: [{ type: "text", text }],
      cacheAfter: conversation.cacheSystem ?? false,
    },
    { role: "assistant", parts: [{ type: "text", text: "Understood." }], calls: [], cacheAfter: false },
  ];
}

/** The client's tool settings in words, since the service has no such settings. */
function toolRules(
  { tools, toolChoice, settings }: Conversation,
  carried: readonly Tool[],
  sentNames: SentNames,
): string[] {
  if (toolChoice.type === "none") {
    return carried.length > 0 ? ["Do not call any tool in your next message."] : [];
  }
  if (tools.length === 0) return [];
  const rules: string[] = [];
  if (toolChoice.type === "required") rules.push("Call at least one tool in your next message.");
  if (toolChoice.type === "tool" && tools.some((tool) => tool.name === toolChoice.name)) {
    rules.push(`Call the tool ${sentNames.get(toolChoice.name)} in your next message.`);
  }
  if (settings.parallelToolCalls === false) rules.push("Call at most one tool in each message.");
  return rules;
}
