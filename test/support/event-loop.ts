/** One turn of the event loop, in which everything that was ready has run. */
export const turnOfLoop = (): Promise<void> => new Promise(setImmediate);

/** As long as a test may take, but for the time to say what it waited for. */
const patienceMs = 4_000;

/** Lets the event loop turn until it is so; gives up after so many turns, and no sooner than other processes may need. */
export async function until(condition: () => boolean, turns = 500_000): Promise<void> {
  const start = performance.now();
  for (let turn = 0; turn < turns || performance.now() - start < patienceMs; turn++) {
    if (condition()) return;
    await turnOfLoop();
  }
  throw new Error(`Still not so after ${turns} turns of the event loop: ${condition}`);
}
