import { BridgeError } from "../errors.ts";

export interface WindowUse {
  /** Estimate of the input's size. */
  inputTokens: number;
  contextWindow: number;
}

/**
 * Clients compact their history on exactly this wording, LiteLLM over OpenAI's protocols on the second half. It says that
 * the window is exceeded whatever the estimate.
 */
export const promptTooLong = ({ inputTokens, contextWindow }: WindowUse): string => {
  const tokens = Math.max(inputTokens, contextWindow + 1);
  return `prompt is too long: ${tokens} tokens > ${contextWindow} maximum (estimated); it is longer than the model's context length`;
};

/** How far an estimate must exceed the window before it overrides the service's own judgement. */
const margin = 1.5;

/** Refuses what cannot fit rather than truncating it or sending it in vain (contract 5.7). */
export function refuseOverflow(use: WindowUse): void {
  if (use.inputTokens <= margin * use.contextWindow) return;
  throw new BridgeError("context-length", promptTooLong(use));
}
