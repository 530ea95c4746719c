import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

interface StrayOptions {
  clock: Clock;
  log: Log;
  onStray: () => void;
  /** Called when there are so many that something must be broken for good. */
  onTooMany: () => void;
}

const windowMs = 60_000;
const tolerated = 20;

/** Counts failures that belong to no request: a single one must not end the process, and every stream with it. */
export function createStrayFailures({ clock, log, onStray, onTooMany }: StrayOptions) {
  let recent: readonly number[] = [];
  return (error: unknown): void => {
    const now = clock.steady();
    recent = [...recent.filter((at) => now - at < windowMs), now];
    const stack = error instanceof Error ? error.stack : undefined;
    log.error("proc.unhandled", { error: errorName(error), stack, recent: recent.length });
    onStray();
    if (recent.length > tolerated) onTooMany();
  };
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
