import type { BridgeError } from "../errors.ts";
import { type Batches, streamOf } from "../stream/batches.ts";
import type { TurnEvent, TurnStream } from "../turn/events.ts";
import { remediable, ServiceError } from "./service-error.ts";

/** The turn as a stream, once its first batch has come; when it begins with a failure, it rejects with that. */
export async function opened(turn: Batches<TurnEvent>): Promise<TurnStream> {
  const first = await turn.read();
  const [event] = first ?? [];
  if (event?.type === "turn-error") throw beforeContent(event.error);
  return streamOf(turn, first);
}

/** What arrived empty, damaged or cut short may well be whole when it is asked for again (fault rows 37, 48). */
function beforeContent(error: BridgeError): BridgeError {
  if (error.kind !== "protocol" || error instanceof ServiceError) return error;
  return remediable({ retry: "glitch" }, error);
}
