import { asObject, asText } from "../narrow.ts";
import type { ReasoningCheck } from "../rules/view.ts";
import type { ScriptedStep } from "../script.ts";

const mostSignatures = 1000;

/** What the service remembers of its answers: the signatures it gave and the credits it took. */
export interface Ledger {
  isOwnReasoning: ReasoningCheck;
  creditsUsed(): number;
  /** A listener for the steps of one answer. */
  open(modelId: string, conversationId: string): (step: ScriptedStep) => void;
}

export function createLedger(): Ledger {
  const origins = new Map<string, string>();
  let credits = 0;

  const remember = (signature: string, origin: string) => {
    origins.set(signature, origin);
    const [oldest] = origins.keys();
    if (origins.size > mostSignatures && oldest !== undefined) origins.delete(oldest);
  };

  return {
    creditsUsed: () => credits,
    isOwnReasoning: ({ text, signature, modelId, conversationId }) =>
      origins.get(signature) === originOf(modelId, conversationId, text),
    open(modelId, conversationId) {
      let text = "";
      let signature = "";
      return (step) => {
        if (!("type" in step)) return;
        const payload = asObject(step.payload);
        if (step.type === "meteringEvent") credits += Number(payload["usage"] ?? 0);
        const continues = step.type === "reasoningContentEvent" && (!payload["text"] || !signature);
        text = (continues ? text : "") + asText(payload["text"]);
        signature = (continues ? signature : "") + asText(payload["signature"]);
        if (signature) remember(signature, originOf(modelId, conversationId, text));
      };
    },
  };
}

const originOf = (modelId: string, conversationId: string, text: string) =>
  JSON.stringify([modelId, conversationId, text]);
