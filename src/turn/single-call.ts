import type { Stage } from "../stream/stage.ts";
import { createEarlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";

/** Lets one tool call through and ends the answer where a second would begin, for clients that want only one. */
export const singleCall =
  (inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const early = createEarlyEnd(inputTokens);
    let calls = 0;
    return {
      push(event) {
        if (event.type === "tool-call-start" && ++calls > 1) return next.push(early.now("tool-calls"));
        early.hear(event);
        next.push(event);
      },
      end: () => next.end(),
    };
  };
