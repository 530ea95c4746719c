import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Attempt } from "../exchange.ts";
import { createRecovery, type Recoverable, type RecoveryOptions } from "./recovery.ts";

export type AskOptions = Omit<RecoveryOptions, "onEmptyBucket">;

export interface Asking<Answer> extends Recoverable {
  /** Sends a request; resolves once its answer has begun. */
  open: (attempt: Attempt) => Promise<Answer>;
}

/** Sends a request, with remedies after failures, until an answer begins; rejects with the last failure. */
export function createAsk(options: AskOptions) {
  const onEmptyBucket = warningOncePerMinute(options);
  return async <Answer>(first: Attempt, asking: Asking<Answer>): Promise<Answer> => {
    const recover = createRecovery({ ...options, onEmptyBucket }, asking);
    let attempt = first;
    for (;;) {
      try {
        const answer = await asking.open(attempt);
        options.bucket.refill();
        return answer;
      } catch (error) {
        asking.signal.throwIfAborted();
        attempt = await recover(attempt, error);
      }
    }
  };
}

function warningOncePerMinute({ clock, log }: { clock: Clock; log: Log }): () => void {
  let warnedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.steady() - warnedAt < 60_000) return;
    warnedAt = clock.steady();
    log.warn("upstream.retry-budget", { warning: "the service keeps failing; each request is sent once" });
  };
}
