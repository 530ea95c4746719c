import type { BridgeError } from "../errors.ts";
import type { TurnStream } from "../turn/events.ts";
import { ServiceError } from "./service-error.ts";

/** The same turn once its first batch has come; when it begins with a failure, it rejects with that. */
export async function opened(turn: TurnStream): Promise<TurnStream> {
  const reader = turn.getReader();
  let { value: first } = await reader.read();
  const [event] = first ?? [];
  if (event?.type === "turn-error") throw beforeContent(event.error);
  return new ReadableStream(
    {
      async pull(controller) {
        const batch = first ?? (await reader.read()).value;
        first = undefined;
        if (batch) controller.enqueue(batch);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What arrived empty, damaged or cut short may well be whole when it is asked for again (fault rows 37, 48). */
function beforeContent(error: BridgeError): BridgeError {
  const { kind, message, code, cause } = error;
  if (kind !== "protocol" || error instanceof ServiceError) return error;
  return new ServiceError({ retry: "glitch" }, kind, message, { ...(code && { code }), cause });
}
