/** Undefined while it is well to go on at once. */
export type Pause = () => Promise<void> | undefined;

/**
 * Gives timers and sockets their turn of the event loop behind so many steps. Streams whose data is always at hand go on
 * from one promise to the next without ever coming back to it: fifty of them kept every timer waiting for seconds (measured).
 */
export function createPause(stepsPerTurn: number): Pause {
  let stepsLeft = stepsPerTurn;
  let turn: Promise<void> | undefined;
  return () => {
    if (stepsLeft-- > 0) return undefined;
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        stepsLeft = stepsPerTurn;
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };
}

/** Waits for a turn that has a step left: of a crowd that waits together not all go on in the same one. */
export async function nextStep(pause: Pause): Promise<void> {
  for (let turn = pause(); turn; turn = pause()) await turn;
}
