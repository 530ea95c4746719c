import type { BridgeError } from "../errors.ts";
import type { TurnStream } from "../turn/events.ts";
import { remediable, ServiceError } from "./recovery/service-error.ts";

/** The turn, once its first event has come; when it begins with a failure, it rejects with that. */
export async function opened(turn: TurnStream): Promise<TurnStream> {
  const first = await turn.peek();
  if (first?.type === "turn-error") throw beforeContent(first.error);
  return turn;
}

/**
 * What arrived empty, damaged or cut short may well be whole when the bridge asks for it again (fault rows 37, 48); when
 * it is not, the client is not told to go on asking.
 */
function beforeContent(error: BridgeError): BridgeError {
  if (error.kind !== "protocol" || error instanceof ServiceError) return error;
  return remediable({ retry: "glitch" }, error);
}
