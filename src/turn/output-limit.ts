import type { Stage } from "../stream/stage.ts";
import { createEarlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";
import { writtenText } from "./written-text.ts";

/** Ends the answer at the client's token limit, by estimate, for models that take no limit themselves. */
export const outputLimit =
  (maxTokens: number, inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const early = createEarlyEnd(inputTokens);
    return {
      push(event) {
        const length = early.hear(event, maxTokens);
        if (length === writtenText(event).length) return next.push(event);
        const kept = shortened(event, length);
        if (kept) next.push(kept);
        next.push(early.now("length", { outputTokens: maxTokens }));
      },
      end: () => next.end(),
    };
  };

/** The beginning of the event, in whole characters; undefined for one that cannot be cut. */
function shortened(event: TurnEvent, length: number): TurnEvent | undefined {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta": {
      const text = leading(event.text, length);
      return text ? { ...event, text } : undefined;
    }
    case "tool-call-delta": {
      const json = leading(event.json, length);
      return json ? { ...event, json } : undefined;
    }
    default:
      return undefined;
  }
}

function leading(text: string, length: number): string {
  const isInsideCharacter = (text.codePointAt(length - 1) ?? 0) > 0xffff;
  return text.slice(0, isInsideCharacter ? length - 1 : length);
}
