import type { Stage } from "../stream/stage.ts";
import { createOutputCount, earlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";
import { estimateTextTokens } from "./tokens.ts";

/** Ends the answer at the client's token limit, by estimate; for models that take no limit themselves. */
export const outputLimit =
  (maxTokens: number, inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const count = createOutputCount();
    return {
      push(event) {
        const room = maxTokens - count.tokens;
        count.add(event);
        if (count.tokens <= maxTokens) return next.push(event);
        const kept = shortened(event, room);
        if (kept) next.push(kept);
        next.push(earlyEnd("length", null, inputTokens, maxTokens));
      },
      end: () => next.end(),
    };
  };

/** As much of the event as there is room for; nothing of one that cannot be cut. */
function shortened(event: TurnEvent, room: number): TurnEvent | undefined {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta": {
      const text = leading(event.text, room);
      return text ? { ...event, text } : undefined;
    }
    case "tool-call-delta": {
      const json = leading(event.json, room);
      return json ? { ...event, json } : undefined;
    }
    default:
      return undefined;
  }
}

/** Cut in proportion, and never inside a character. */
function leading(text: string, room: number): string {
  const length = Math.floor((text.length * room) / estimateTextTokens(text));
  return text.slice(0, length).toWellFormed() === text.slice(0, length)
    ? text.slice(0, length)
    : text.slice(0, length - 1);
}
