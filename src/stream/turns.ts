/** About what takes 10 ms when each is as large as they come. */
const readsPerTurn = 64;

/** Undefined while it is well to go on at once. */
export type Pause = () => Promise<void> | undefined;

/**
 * Gives timers and sockets their turn of the event loop. Streams whose data is always at hand go on from one promise to
 * the next without ever coming back to it: fifty of them kept every timer waiting for seconds (measured).
 */
export function createPause(): Pause {
  let readsLeft = readsPerTurn;
  let turn: Promise<void> | undefined;
  return () => {
    if (readsLeft-- > 0) return undefined;
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        readsLeft = readsPerTurn;
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };
}
