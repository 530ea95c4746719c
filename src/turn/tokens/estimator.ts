import type { Stage } from "../../stream/stage.ts";
import type { Conversation } from "../conversation.ts";
import { createOutputCount } from "../early-end.ts";
import type { TurnEvent, TurnStream, Usage } from "../events.ts";
import { staged } from "../staged.ts";
import { estimateInputTokens } from "./conversation.ts";
import { type Correction, createCorrection } from "./correction.ts";

/** Estimates tokens, the better the more a model's service has told of its own counts. */
export interface TokenEstimator {
  inputTokens(conversation: Conversation): number;
  /** For a conversation that is about to be answered. */
  begin(conversation: Conversation): TurnEstimate;
}

export interface TurnEstimate {
  inputTokens: number;
  /** Passes an answer on. What the service counted is learnt from; what the upstream estimated is corrected. */
  measured(answer: TurnStream): TurnStream;
}

interface Corrections {
  input: Correction;
  output: Correction;
}

/** `modelId` gives the id that all names of a model share; each id is remembered for good. */
export function createTokenEstimator(modelId: (name: string) => string): TokenEstimator {
  const learnt = new Map<string, Corrections>();

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
      measured: (answer) => staged(answer, measure(corrections, estimated)),
    };
  };

  return { begin, inputTokens: (conversation) => begin(conversation).inputTokens };
}

const measure =
  ({ input, output }: Corrections, estimatedInput: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const count = createOutputCount();
    let hasReasoned = false;

    const settle = (usage: Usage): Usage => {
      if (usage.estimated) return { ...usage, outputTokens: Math.ceil(usage.outputTokens * output.factor) };
      input.learn(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, estimatedInput);
      // Reasoning is counted in full and shown in part.
      if (!hasReasoned) output.learn(usage.outputTokens, count.tokens);
      return usage;
    };

    return {
      push(event) {
        count.add(event);
        hasReasoned ||= event.type === "reasoning-delta" || event.type === "redacted-reasoning";
        next.push(event.type === "turn-end" ? { ...event, usage: settle(event.usage) } : event);
      },
      end: () => next.end(),
    };
  };
