import type { Stage } from "../stream/stage.ts";
import { createOutputCount, earlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";

/** Lets one tool call through and ends the answer where a second would begin, for clients that asked for no more. */
export const singleCall =
  (inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const count = createOutputCount();
    let calls = 0;
    return {
      push(event) {
        if (event.type === "tool-call-start" && ++calls > 1) {
          return next.push(earlyEnd("tool-calls", null, inputTokens, count.tokens));
        }
        count.add(event);
        next.push(event);
      },
      end: () => next.end(),
    };
  };
