/**
 * Lets the runtime send what it was given: it does so when the event loop has come round, and where more data is always
 * at hand that is when the whole answer has been written (measured).
 */
export const flushed = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
