import { BridgeError } from "../errors.ts";

export interface WindowUse {
  /** Estimate of the input's size. */
  inputTokens: number;
  contextWindow: number;
}

/** Clients compact on this very wording. It is said when the window is exceeded, whatever the estimate is. */
export const promptTooLong = ({ inputTokens, contextWindow }: WindowUse): string =>
  `prompt is too long: ${Math.max(inputTokens, contextWindow + 1)} tokens > ${contextWindow} maximum (estimated)`;

/** How far an estimate must be above the window before it counts more than the service's own judgement. */
const margin = 1.5;

/** Refuses what cannot fit, instead of cutting it or sending it in vain (contract 5.7). */
export function refuseOverflow(use: WindowUse): void {
  if (use.inputTokens <= margin * use.contextWindow) return;
  throw new BridgeError("context-length", promptTooLong(use));
}
