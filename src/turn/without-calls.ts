import { BridgeError } from "../errors.ts";
import type { Stage } from "../stream/stage.ts";
import type { TurnEvent } from "./events.ts";

/**
 * Leaves out calls of the model although the client allows none: the service has to be told the tools of earlier turns
 * all the same. An answer with nothing else fails, since nobody would run the call that it waits for.
 */
export const withoutCalls: Stage<TurnEvent, TurnEvent> = (next) => {
  let hasSpoken = false;
  return {
    push(event) {
      switch (event.type) {
        case "tool-call-start":
        case "tool-call-delta":
        case "tool-call-end":
          return;
        case "text-delta":
          hasSpoken = true;
          return next.push(event);
        case "turn-end":
          if (event.stopReason !== "tool-calls") return next.push(event);
          if (!hasSpoken) throw onlyCalls();
          return next.push({ ...event, stopReason: "end" });
        default:
          next.push(event);
      }
    },
    end: () => next.end(),
  };
};

const onlyCalls = () =>
  new BridgeError(
    "protocol",
    "The model only called tools, which the request forbids; let it call them, or change the request.",
    { code: "upstream_protocol_error", severity: "warn" },
  );
