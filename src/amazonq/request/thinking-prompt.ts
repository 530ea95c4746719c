import type { Conversation, Effort, ReasoningSetting } from "../../turn/conversation.ts";
import type { ServiceModel } from "../models/service-model.ts";
import { takesReasoning } from "./model-fields.ts";

/** Whether tags in the instructions ask the model to think, which it then does between tags in its answer (2.5). */
export const usesThinkingTags = ({ settings }: Conversation, model: ServiceModel): boolean =>
  isAskedToThink(settings.reasoning) && !takesReasoning(model.fields);

/** Instructions that make a model think which has no setting for it; none where nobody asked. */
export function thinkingPrompt(conversation: Conversation, model: ServiceModel): string[] {
  if (!usesThinkingTags(conversation, model)) return [];
  const { budgetTokens, effort = "medium" } = conversation.settings.reasoning ?? {};
  const length = Math.min(budgetTokens ?? lengths[effort], model.maxOutputTokens);
  return [`<thinking_mode>enabled</thinking_mode>\n<max_thinking_length>${length}</max_thinking_length>`];
}

/** In tokens; the inverse of how budgets become efforts. */
const lengths: Readonly<Record<Effort, number>> = {
  low: 10_000,
  medium: 20_000,
  high: 28_000,
  xhigh: 32_000,
  max: 32_000,
};

/** An effort alone does not ask for thinking: Anthropic's `effort` is about the whole answer. */
const isAskedToThink = ({ enabled, budgetTokens }: ReasoningSetting = {}): boolean =>
  enabled ?? budgetTokens !== undefined;
