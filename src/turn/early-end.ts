import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
import { createOutputCount } from "./output-count.ts";

/** An ending that the bridge brings about before the service could tell of one; it hears all that is let through. */
export interface EarlyEnd {
  /** Returns how much of the event's text was counted: all of it, or what comes before the limit. */
  hear(event: TurnEvent, limit?: number): number;
  /** The output tokens are those heard, unless they are given; behind a call without an end no reason is a good one. */
  now(stopReason: StopReason, about?: { stopSequence?: string; outputTokens?: number }): TurnEnd;
}

/** `inputTokens` are those of the request; searches add to them. */
export function createEarlyEnd(inputTokens: number): EarlyEnd {
  const count = createOutputCount();
  let read = inputTokens;
  let searches = 0;
  let isCallOpen = false;
  let hasBrokenCall = false;

  const note = (event: TurnEvent) => {
    switch (event.type) {
      case "tool-call-start":
        hasBrokenCall ||= isCallOpen;
        isCallOpen = true;
        return;
      case "tool-call-end":
        isCallOpen = false;
        return;
      case "search-result":
        if (event.outcome.type === "found") searches++;
        read = event.inputTokens ?? read;
    }
  };

  return {
    hear(event, limit) {
      note(event);
      return count.add(event, limit);
    },
    now(stopReason, { stopSequence, outputTokens = Math.max(1, Math.ceil(count.tokens)) } = {}) {
      const isMalformed = stopReason !== "length" && (hasBrokenCall || isCallOpen);
      return {
        type: "turn-end",
        stopReason: isMalformed ? "malformed-call" : stopReason,
        stopSequence: isMalformed ? null : (stopSequence ?? null),
        usage: {
          inputTokens: read,
          outputTokens,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          ...(searches > 0 && { searches }),
          estimated: true,
        },
      };
    },
  };
}
