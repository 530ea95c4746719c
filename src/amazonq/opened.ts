import type { BridgeError } from "../errors.ts";
import type { TurnStream } from "../turn/events.ts";
import { remediable, ServiceError } from "./recovery/service-error.ts";

/** The turn, once its first event is there; rejects if that is a failure. */
export async function opened(turn: TurnStream): Promise<TurnStream> {
  const first = await turn.peek();
  if (first?.type === "turn-error") throw beforeContent(first.error);
  return turn;
}

/**
 * An answer that was empty, damaged or cut short may well be whole when the bridge asks again (fault rows 37, 48). If it
 * is not, the client is not told to keep trying.
 */
function beforeContent(error: BridgeError): BridgeError {
  if (error.kind !== "protocol" || error instanceof ServiceError) return error;
  return remediable({ retry: "glitch" }, error);
}
