import type { Stage } from "../stream/stage.ts";
import type { TurnEvent, TurnStream } from "../turn/events.ts";
import { joinPieces } from "../turn/join-pieces.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import type { DumpFolder } from "./dump-folder.ts";

/** The same upstream; its requests and answers are written down, for debugging. */
export function dumping(upstream: Upstream, folder: DumpFolder): Upstream {
  const generate = async (request: TurnRequest): Promise<TurnStream> => {
    const id = request.trace?.requestId ?? "request";
    const keep = (events: readonly unknown[]) => void folder.write(`${id}-answer`, events);
    const opening = upstream.generate(request);
    // Not before: which secrets to mask is only known when the first login has been read.
    await Promise.allSettled([opening]);
    void folder.write(`${id}-request`, request.conversation);
    try {
      return watched(await opening, keep);
    } catch (error) {
      keep([{ type: "turn-error", error }]);
      throw error;
    }
  };
  return { ...upstream, generate };
}

function watched(turn: TurnStream, keep: (events: readonly unknown[]) => void): TurnStream {
  const events: TurnEvent[] = [];
  const noting: Stage<TurnEvent, TurnEvent> = (next) => ({
    push(event) {
      events.push(event);
      next.push(event);
    },
    end: () => next.end(),
  });
  // In one piece: a token that the model repeats comes in pieces too small to recognise.
  return turn.through(noting, () => keep(joinPieces(events)));
}
