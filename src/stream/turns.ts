/** Undefined if the caller may go on at once, else what to wait for. */
export type Pause = () => Promise<void> | undefined;

/**
 * Gives timers and sockets their turn of the event loop after every so many steps. Streams whose data is always at hand
 * go from one promise to the next and never return to it: fifty of them kept every timer waiting for seconds (measured).
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

/** Waits for a turn with a step left: when many wait together, not all of them go on in the same turn. */
export async function nextStep(pause: Pause): Promise<void> {
  for (let turn = pause(); turn; turn = pause()) await turn;
}
