import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

interface StrayOptions {
  clock: Clock;
  log: Log;
  onStray: () => void;
  /** There are so many that something must be broken for good. */
  onTooMany: () => void;
}

const windowMs = 60_000;
const tolerated = 20;

/** Hears of failures that no request is to blame for: one must not end the process, and every stream with it. */
export function createStrayFailures({ clock, log, onStray, onTooMany }: StrayOptions) {
  const recent: number[] = [];
  return (error: unknown): void => {
    const now = clock.now();
    recent.push(now);
    while ((recent[0] ?? now) <= now - windowMs) recent.shift();
    const stack = error instanceof Error ? error.stack : undefined;
    log.error("proc.unhandled", { error: errorName(error), stack, recent: recent.length });
    onStray();
    if (recent.length > tolerated) onTooMany();
  };
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
