/**
 * Lets the runtime send what it was given. It does so once the event loop comes round: where more data is always at hand,
 * that is when the whole answer has been written (measured).
 */
export const flushed = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
