import { BridgeError } from "../errors.ts";
import { type BatchReader, batchesOf, type Source } from "../stream/batches.ts";
import { eachOf, type Stage } from "../stream/stage.ts";
import { isEnding, type TurnEvent, type TurnStream } from "./events.ts";

/** Reads a turn from the moment it is asked for; whatever goes wrong arrives as the last batch, a `turn-error`. */
export type TurnReader = BatchReader<TurnEvent>;

/** Reads a turn that is still to come, through a stage; its batches stay batches. */
export function turnReader(
  opening: Promise<TurnStream>,
  stage: Stage<TurnEvent, TurnEvent> = (next) => next,
): TurnReader {
  let open: TurnStream | undefined;
  const opened = opening.catch(failedTurn).then((turn) => {
    open = turn.through(stage);
    return open;
  });
  return {
    read: () => (open ? open.read() : opened.then((turn) => turn.read())),
    cancel: async (reason) => (await opened).cancel(reason),
  };
}

/** The turn in a source of batches; a failure of the source is the turn's last event. */
export const turnFrom = (source: Source<readonly TurnEvent[]>): TurnStream =>
  batchesOf(source, eachOf<TurnEvent>, {
    settle: (error) => ({ type: "turn-error", error: BridgeError.from(error) }),
    isLast: isEnding,
  });

const failedTurn = (error: unknown): TurnStream =>
  turnFrom({ read: () => Promise.reject(error), cancel: async () => {} });
