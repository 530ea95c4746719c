/** As much of a connection as answers need. */
export interface Connection {
  /** Bytes that were taken; negative once it is closed. */
  write(bytes: Uint8Array): number;
  end(): unknown;
  terminate(): unknown;
}

/** Writes to a connection as fast as the other side takes it. */
export interface Wire {
  /** After what waits already. */
  push(bytes: Uint8Array): void;
  /** Each piece is asked for when the one before it has been taken. */
  follow(pieces: Iterator<Uint8Array>): void;
  /** Says that the connection takes more. */
  drain(): void;
  /** Ends the connection in the middle of an answer, as a server that is stopped. */
  cut(): void;
  /** Breaks it, as a server that crashes. */
  reset(): void;
}

export function createWire(connection: Connection): Wire {
  const waiting: Uint8Array[] = [];
  let source: Iterator<Uint8Array> | undefined;
  let rest: Uint8Array | undefined;

  const next = (): Uint8Array | undefined => {
    if (waiting.length > 0) return waiting.shift();
    const piece = source?.next();
    if (piece?.done) source = undefined;
    return piece?.done ? undefined : piece?.value;
  };

  const drain = () => {
    for (rest ??= next(); rest; rest = next()) {
      const taken = connection.write(rest);
      if (taken < rest.length) {
        rest = rest.subarray(Math.max(0, taken));
        return;
      }
    }
  };

  return {
    drain,
    push(bytes) {
      waiting.push(bytes);
      drain();
    },
    follow(pieces) {
      source = pieces;
      drain();
    },
    cut: () => void connection.end(),
    reset: () => void connection.terminate(),
  };
}
