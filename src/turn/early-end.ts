import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
import { createTokenCount } from "./tokens/text.ts";

/** Counts what is let through, for an ending that the bridge brings about before the service could count. */
export interface OutputCount {
  add(event: TurnEvent): void;
  /** Not rounded. */
  readonly tokens: number;
}

export function createOutputCount(): OutputCount {
  const count = createTokenCount();
  return {
    add(event) {
      count.add(writtenText(event));
    },
    get tokens() {
      return count.tokens;
    },
  };
}

/** What an event adds to what the model has written. */
export function writtenText(event: TurnEvent): string {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text;
    case "tool-call-start":
      return event.name;
    case "tool-call-delta":
      return event.json;
    default:
      return "";
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
