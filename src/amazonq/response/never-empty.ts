import { BridgeError } from "../../errors.ts";
import type { Stage } from "../../stream/stage.ts";
import type { TurnEvent } from "../../turn/events.ts";

/** Fails an answer without content: thoughts alone do not help a client that waits for words or calls. */
export const neverEmpty: Stage<TurnEvent, TurnEvent> = (next) => {
  let hasAnswered = false;
  return {
    push(event) {
      hasAnswered ||= event.type === "text-delta" || event.type === "tool-call-start";
      if (event.type === "turn-end" && event.stopReason === "end" && !hasAnswered) throw emptyAnswer();
      next.push(event);
    },
    end: () => next.end(),
  };
};

const emptyAnswer = () =>
  new BridgeError("protocol", "Amazon Q sent an empty answer; change the request or pick another model.", {
    code: "upstream_protocol_error",
    severity: "warn",
  });
