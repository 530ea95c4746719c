import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";

export interface Patience {
  /** Until the first message of an answer. */
  firstEventMs: number;
  /** Between two messages. */
  idleMs: number;
}

/** Ends an exchange when the client disconnects or the service falls silent. */
export interface Watchdog {
  /** Aborts with the client's reason, or with a `timeout` BridgeError. */
  signal: AbortSignal;
  /** To be called when a whole message has arrived; bytes alone are no sign of life. */
  touch(): void;
  release(): void;
}

/** Watches one exchange with one timer at a time, however many messages arrive. */
export function createWatchdog(
  clock: Clock,
  { firstEventMs, idleMs }: Patience,
  client: AbortSignal,
): Watchdog {
  const abort = new AbortController();
  let patienceMs = firstEventMs;
  let lastAt = clock.steady();

  const check = () => {
    const leftMs = lastAt + patienceMs - clock.steady();
    if (leftMs > 0) cancel = clock.after(leftMs, check);
    else abort.abort(overdue(patienceMs));
  };
  let cancel = clock.after(firstEventMs, check);

  const follow = () => abort.abort(client.reason);
  if (client.aborted) follow();
  client.addEventListener("abort", follow, { once: true });

  return {
    signal: abort.signal,
    touch() {
      lastAt = clock.steady();
      if (patienceMs === idleMs) return;
      patienceMs = idleMs;
      cancel();
      cancel = clock.after(idleMs, check);
    },
    release() {
      cancel();
      client.removeEventListener("abort", follow);
    },
  };
}

const overdue = (ms: number) =>
  new BridgeError("timeout", `Amazon Q has been silent for ${ms / 1000} s; send the request again.`, {
    code: "upstream_timeout",
  });
