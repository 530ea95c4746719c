import type { Stage } from "../../stream/stage.ts";
import type { Conversation } from "../conversation.ts";
import type { TurnEvent, Usage } from "../events.ts";
import { writtenText } from "../written-text.ts";
import { estimateInputTokens } from "./conversation.ts";
import { type Correction, createCorrection } from "./correction.ts";
import { createTokenCount } from "./text.ts";

/** Estimates tokens, and learns from the counts that the service reports. */
export interface TokenEstimator {
  inputTokens(conversation: Conversation): number;
  begin(conversation: Conversation): TurnEstimate;
}

export interface TurnEstimate {
  inputTokens: number;
  /** Passes an answer on, learns from the service's counts and fills in missing ones. */
  stage: Stage<TurnEvent, TurnEvent>;
}

interface Corrections {
  input: Correction;
  output: Correction;
}

/** What the service's counts have taught, by model id. */
export type Learnt = Map<string, Corrections>;

/** `modelId` returns the id that all names of a model share; ids stay in `learnt` for good. */
export function createTokenEstimator(
  modelId: (name: string) => string,
  learnt: Learnt = new Map(),
): TokenEstimator {
  const correctionsFor = (name: string): Corrections => {
    const id = modelId(name);
    const known = learnt.get(id) ?? { input: createCorrection(1000), output: createCorrection(100) };
    learnt.set(id, known);
    return known;
  };

  const begin = (conversation: Conversation): TurnEstimate => {
    const corrections = correctionsFor(conversation.model);
    const estimated = estimateInputTokens(conversation);
    return {
      inputTokens: Math.ceil(estimated * corrections.input.factor),
      stage: measure(corrections, estimated),
    };
  };

  return { begin, inputTokens: (conversation) => begin(conversation).inputTokens };
}

const measure =
  ({ input, output }: Corrections, estimatedInput: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const count = createTokenCount();
    let hasReasoned = false;

    const estimatedOutput = () => Math.max(1, Math.ceil(count.tokens * output.factor));

    const settle = (usage: Usage): Usage => {
      if (usage.estimated) return { ...usage, outputTokens: usage.outputTokens || estimatedOutput() };
      input.learn(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, estimatedInput);
      // Reasoning is counted in full but shown in part.
      if (!hasReasoned) output.learn(usage.outputTokens, count.tokens);
      return usage;
    };

    return {
      push(event) {
        count.add(writtenText(event));
        hasReasoned ||= event.type === "reasoning-delta" || event.type === "redacted-reasoning";
        next.push(event.type === "turn-end" ? { ...event, usage: settle(event.usage) } : event);
      },
      end: () => next.end(),
    };
  };
