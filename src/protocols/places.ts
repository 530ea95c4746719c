import { BridgeError } from "../errors.ts";

/** Takes a place among the answers that run at once, and gives the function that leaves it; throws `busy` when all are taken. */
export type TakePlace = () => () => void;

/** The places that are taken now. */
export interface Places {
  /** As `TakePlace`, where there are so many in all. */
  take(count: number): () => void;
}

/** No queue behind them: a client that waits unheard of cannot tell it from a bridge that hangs. */
export function createPlaces(): Places {
  let taken = 0;
  return {
    take(count) {
      if (taken >= count) throw busy(count);
      taken++;
      let isLeft = false;
      return () => {
        if (!isLeft) taken--;
        isLeft = true;
      };
    },
  };
}

const busy = (count: number) =>
  new BridgeError("busy", `The bridge is giving ${count} answers at once already; try again in a moment.`, {
    retryAfterSeconds: 1,
  });
