import { BridgeError } from "../errors.ts";
import type { TurnEvent, TurnStream } from "./events.ts";

/** Reads a turn from the moment it is asked for; whatever goes wrong arrives as the last batch, a `turn-error`. */
export interface TurnReader {
  /** The next batch, or undefined after the last one. Never rejects. */
  read(): Promise<readonly TurnEvent[] | undefined>;
  cancel(reason: unknown): void;
}

export function turnReader(opening: Promise<TurnStream>): TurnReader {
  const reader = opening.then((stream) => stream.getReader());
  let isOver = false;
  return {
    async read() {
      if (isOver) return undefined;
      try {
        const { done, value } = await (await reader).read();
        return done ? undefined : value;
      } catch (error) {
        isOver = true;
        return [{ type: "turn-error", error: BridgeError.from(error) }];
      }
    },
    cancel(reason) {
      isOver = true;
      reader.then((open) => open.cancel(reason)).catch(() => {});
    },
  };
}
