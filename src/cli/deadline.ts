import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { orAborted } from "../http/or-aborted.ts";

/** Settles as `work` does, or rejects with `timeout` when it takes longer; the signal then tells the work to stop. */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const overdue = new BridgeError("timeout", `There was no answer in ${ms / 1000} seconds.`);
  const cancel = clock.after(ms, () => deadline.abort(overdue));
  try {
    return await orAborted(work(deadline.signal), deadline.signal);
  } finally {
    cancel();
  }
}
