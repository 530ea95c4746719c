import type { TurnEvent } from "./events.ts";
import { createTokenCount } from "./tokens/text.ts";

/** Counts what the model has written. */
export interface OutputCount {
  /** Returns how much of the event's text was counted: all of it, or what comes before the limit. */
  add(event: TurnEvent, limit?: number): number;
  /** Not rounded. */
  readonly tokens: number;
}

export function createOutputCount(): OutputCount {
  const count = createTokenCount();
  return {
    add: (event, limit) => count.add(writtenText(event), limit),
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
