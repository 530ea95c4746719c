import { BridgeError } from "../errors.ts";
import { type Stage, transformed } from "../stream/stage.ts";
import { isEnding, type TurnEvent, type TurnStream } from "./events.ts";

/** A turn with its events sent through a stage; batches stay batches, and a failure is the last event. */
export const staged = (turn: TurnStream, stage: Stage<TurnEvent, TurnEvent>): TurnStream =>
  transformed(turn, batched(stage), {
    pieces: (batch) => [batch],
    settle: (error) => ({ type: "turn-error", error: BridgeError.from(error) }),
    onClose: () => {},
    isLast: isEnding,
  });

const batched =
  <In, Out>(stage: Stage<In, Out>): Stage<readonly In[], Out> =>
  (next) => {
    const sink = stage(next);
    return {
      push(batch) {
        for (const value of batch) sink.push(value);
      },
      end: () => sink.end(),
    };
  };
