import type { Stage } from "../stream/stage.ts";
import { createEarlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";

/** Ends the answer at its beginning, for a client that only wants its prompt in the service's cache. */
export const noAnswer =
  (inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const { now } = createEarlyEnd(inputTokens);
    return {
      push: (event) => next.push(event.type === "turn-error" ? event : now("length", { outputTokens: 0 })),
      end: () => next.end(),
    };
  };
