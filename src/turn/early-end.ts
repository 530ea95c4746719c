import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
import { estimateTextTokens } from "./tokens.ts";

/** Counts what is let through, for an ending that the bridge brings about before the service could count. */
export interface OutputCount {
  add(event: TurnEvent): void;
  /** Not rounded. */
  readonly tokens: number;
}

export function createOutputCount(): OutputCount {
  let tokens = 0;
  return {
    add(event) {
      tokens += eventTokens(event);
    },
    get tokens() {
      return tokens;
    },
  };
}

function eventTokens(event: TurnEvent): number {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return estimateTextTokens(event.text);
    case "tool-call-start":
      return estimateTextTokens(event.name);
    case "tool-call-delta":
      return estimateTextTokens(event.json);
    default:
      return 0;
  }
}

export const earlyEnd = (
  stopReason: StopReason,
  stopSequence: string | null,
  inputTokens: number,
  outputTokens: number,
): TurnEnd => ({
  type: "turn-end",
  stopReason,
  stopSequence,
  usage: {
    inputTokens,
    outputTokens: Math.max(1, Math.ceil(outputTokens)),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    estimated: true,
  },
});
