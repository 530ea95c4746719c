import { BridgeError } from "../errors.ts";
import { type Batches, batchesOf, type Source } from "../stream/batches.ts";
import type { Stage } from "../stream/stage.ts";
import { isEnding, type TurnEvent, type TurnStream } from "./events.ts";

/** Reads a turn from the moment it is asked for; whatever goes wrong arrives as the last batch, a `turn-error`. */
export type TurnReader = Batches<TurnEvent>;

/** Reads a turn that is still to come, through a stage; its batches stay batches. */
export const turnReader = (
  opening: Promise<TurnStream>,
  stage: Stage<TurnEvent, TurnEvent> = (next) => next,
): TurnReader =>
  batchesOf(sourceOf(opening), batched(stage), {
    settle: (error) => ({ type: "turn-error", error: BridgeError.from(error) }),
    isLast: isEnding,
  });

function sourceOf<T>(opening: Promise<ReadableStream<T>>): Source<T> {
  let open: Source<T> | undefined;
  const opened = opening.then((stream): Source<T> => {
    open = stream.getReader();
    return open;
  });
  return {
    read: () => (open ? open.read() : opened.then((source) => source.read())),
    cancel: async (reason) => (await opened).cancel(reason),
  };
}

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
