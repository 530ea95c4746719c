import { BridgeError } from "../errors.ts";
import type { Stage } from "../stream/stage.ts";
import type { TurnEvent } from "./events.ts";

/**
 * Leaves out what the model calls although the client allows no call: tools of earlier turns have to be told to the
 * service all the same. An answer that has nothing else fails, since nobody would run the call that it waits for.
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
