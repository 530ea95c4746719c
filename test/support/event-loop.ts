/** One turn of the event loop, in which everything that was ready has run. */
export const turnOfLoop = (): Promise<void> => new Promise(setImmediate);

/** Lets the event loop turn until it is so, a bounded number of times; no time of its own passes. */
export async function until(condition: () => boolean, turns = 500_000): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (condition()) return;
    await turnOfLoop();
  }
  throw new Error(`Still not so after ${turns} turns of the event loop: ${condition}`);
}
