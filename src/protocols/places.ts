import { BridgeError } from "../errors.ts";

/** Takes one of the places for answers that run at once, and returns the function that frees it; throws `busy` when all are taken. */
export type TakePlace = () => () => void;

/** The places that are taken. */
export interface Places {
  /** As `TakePlace`, where `count` is how many there are in all. */
  take(count: number): () => void;
}

/** There is no queue: to a client that waits in one, the bridge seems to hang. */
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
  new BridgeError("busy", `The bridge is already giving ${count} answers at once; try again in a moment.`, {
    retryAfterSeconds: 1,
  });
