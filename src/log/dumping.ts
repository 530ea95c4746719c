import { BridgeError } from "../errors.ts";
import { type Stage, transformed } from "../stream/stage.ts";
import { isEnding, type TurnEvent, type TurnStream } from "../turn/events.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import type { DumpFolder } from "./dump-folder.ts";

/** The same upstream; what it is asked and what it answers is written down, for debugging. */
export function dumping(upstream: Upstream, folder: DumpFolder): Upstream {
  const generate = async (request: TurnRequest): Promise<TurnStream> => {
    const id = request.trace?.requestId ?? "request";
    void folder.write(`${id}-request`, asJson(request.conversation));
    const keep = (events: readonly unknown[]) => void folder.write(`${id}-answer`, asJson(events));
    try {
      return watched(await upstream.generate(request), keep);
    } catch (error) {
      keep([{ type: "turn-error", error }]);
      throw error;
    }
  };
  return { ...upstream, generate };
}

function watched(turn: TurnStream, keep: (events: readonly unknown[]) => void): TurnStream {
  const events: TurnEvent[] = [];
  const noting: Stage<readonly TurnEvent[], TurnEvent> = (next) => ({
    push(batch) {
      for (const event of batch) {
        events.push(event);
        next.push(event);
      }
    },
    end: () => next.end(),
  });
  return transformed(turn, noting, {
    pieces: (batch) => [batch],
    settle: (error) => ({ type: "turn-error", error: BridgeError.from(error) }),
    onClose: () => keep(events),
    isLast: isEnding,
  });
}

/** An error has nothing of its own to show to JSON. */
const asJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part) =>
      part instanceof BridgeError ? { kind: part.kind, message: part.message, code: part.code } : part,
    1,
  );
