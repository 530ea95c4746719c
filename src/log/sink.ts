/** Where lines go. What cannot be written at once is dropped: no request ever waits for its log. */
export interface LogSink {
  write(line: string): void;
  /** Lines that were dropped since the start. */
  dropped(): number;
}

const nothing: Uint8Array = new Uint8Array();

/** A sink over a write that gives the bytes taken, or throws. A line that was begun is ended before the next one. */
export function createSink(write: (bytes: Uint8Array) => number): LogSink {
  let rest = nothing;
  let dropped = 0;

  /** What is left of the bytes. */
  const push = (bytes: Uint8Array): Uint8Array => {
    try {
      return bytes.subarray(write(bytes));
    } catch {
      return bytes;
    }
  };

  return {
    dropped: () => dropped,
    write(line) {
      if (rest.length > 0) rest = push(rest);
      if (rest.length > 0) {
        dropped++;
        return;
      }
      const bytes = Buffer.from(line);
      const left = push(bytes);
      if (left.length === bytes.length) dropped++;
      else rest = left;
    },
  };
}
