import { pipe, type Stage } from "../stream/stage.ts";
import type { Conversation, Tool } from "./conversation.ts";
import type { TurnEvent } from "./events.ts";
import { noAnswer } from "./no-answer.ts";
import { structuredOutput } from "./output-format.ts";
import { outputLimit } from "./output-limit.ts";
import { withoutPrefill } from "./prefill.ts";
import { singleCall } from "./single-call.ts";
import { stopSequences } from "./stop-sequences.ts";
import { isSearch } from "./web-search.ts";
import { withoutCalls } from "./without-calls.ts";

export interface Honoured {
  /** To send to the upstream instead. */
  conversation: Conversation;
  /** To pipe its answer through. */
  stage: Stage<TurnEvent, TurnEvent>;
}

export interface HonourOptions {
  inputTokens: number;
  /** Whether the model itself enforces `maxTokens`. */
  limitsOutput: boolean;
}

/** Honours what the service has no settings for, by changing the question and the answer. */
export function honour(asked: Conversation, { inputTokens, limitsOutput }: HonourOptions): Honoured {
  const { output, maxTokens, stopSequences: stops, parallelToolCalls } = asked.settings;
  const prefilled = withoutPrefill(asked);
  const begun = prefilled?.conversation ?? asked;
  if (maxTokens === 0) return { conversation: askingLittle(begun), stage: noAnswer(inputTokens) };
  const structured = output && structuredOutput(begun, output);
  const conversation = onlyChosenTool(structured && !endsWithCall(asked) ? structured.conversation : begun);
  const stages = [
    parallelToolCalls === false && singleCall(inputTokens),
    asked.toolChoice.type === "none" && !structured && withoutCalls,
    structured?.stage,
    prefilled?.stage,
    stops && stopSequences(stops, inputTokens),
    maxTokens !== undefined && !limitsOutput && outputLimit(maxTokens, inputTokens),
  ].filter((stage) => typeof stage === "function");
  return { conversation, stage: stages.reduce((first, second) => pipe(first, second), unchanged) };
}

const unchanged: Stage<TurnEvent, TurnEvent> = (next) => next;

/** The tools of which the model has to call one; none where it is free. */
function demandedTools({ tools, toolChoice }: Conversation): readonly Tool[] {
  if (toolChoice.type === "tool") return tools.filter(({ name }) => name === toolChoice.name);
  return toolChoice.type === "required" ? tools : [];
}

/** A turn that has to call one of the client's tools is offered no form for an answer; after a search there is one. */
function endsWithCall(conversation: Conversation): boolean {
  const demanded = demandedTools(conversation);
  return demanded.length > 0 && !demanded.some(isSearch);
}

/** No model accepts a limit of 0. */
const askingLittle = (conversation: Conversation): Conversation => ({
  ...conversation,
  settings: { ...conversation.settings, maxTokens: 1 },
});

/**
 * The most reliable way to have one tool called is to offer no other; the request also demands it in words. What follows
 * a search may need the others.
 */
function onlyChosenTool(conversation: Conversation): Conversation {
  const chosen = demandedTools(conversation);
  if (conversation.toolChoice.type !== "tool" || chosen.some(isSearch)) return conversation;
  return { ...conversation, tools: chosen };
}
