import type { Stage } from "../../stream/stage.ts";
import type { Conversation } from "../conversation.ts";
import type { TurnEvent, Usage } from "../events.ts";
import { createOutputCount } from "../output-count.ts";
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
  /** Passes an answer on. What the service counted is learnt from; what it did not is counted. */
  stage: Stage<TurnEvent, TurnEvent>;
}

interface Corrections {
  input: Correction;
  output: Correction;
}

/** What the service's counts have taught, by the id of the model. */
export type Learnt = Map<string, Corrections>;

/** `modelId` gives the id that all names of a model share; each id is remembered in `learnt` for good. */
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
    const count = createOutputCount();
    let hasReasoned = false;

    const estimatedOutput = () => Math.max(1, Math.ceil(count.tokens * output.factor));

    const settle = (usage: Usage): Usage => {
      if (usage.estimated) return { ...usage, outputTokens: usage.outputTokens || estimatedOutput() };
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
