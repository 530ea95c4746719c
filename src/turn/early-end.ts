import type { StopReason, TurnEnd, TurnEvent } from "./events.ts";
import { createTokenCount } from "./tokens/text.ts";
import { writtenText } from "./written-text.ts";

/** An ending brought about by the bridge before the service could report one; it hears everything that is passed on. */
export interface EarlyEnd {
  /** Returns how much of the event's text was counted: all of it, or the part below the limit. */
  hear(event: TurnEvent, limit?: number): number;
  /** The output tokens are those heard unless given. After a call without an end the reason is never a good one. */
  now(stopReason: StopReason, about?: { stopSequence?: string; outputTokens?: number }): TurnEnd;
}

/** Searches add to the request's `inputTokens`. */
export function createEarlyEnd(inputTokens: number): EarlyEnd {
  const count = createTokenCount();
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
      return count.add(writtenText(event), limit);
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
