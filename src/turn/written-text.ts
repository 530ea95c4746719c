import type { TurnEvent } from "./events.ts";

/** The text that an event adds to what the model has written. */
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
