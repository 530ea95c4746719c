import { type Clock, sleep } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Listening } from "../listen.ts";

interface ShutDownOptions {
  listening: Pick<Listening, "drain" | "stop">;
  /** Aborted when the answers that still run have to end. */
  closing: AbortController;
  /** Resolves when a refresh of the login under way has been stored. */
  settled: () => Promise<void>;
  drainMs: number;
  clock: Clock;
}

/** For the last words of answers that are cut short. */
const farewellMs = 400;
const settleMs = 5_000;

/** How long `shutDown` may take with a drain of that length. */
export const longestShutDownMs = (drainMs: number): number => drainMs + farewellMs + settleMs;

/** What ends an answer, or keeps it from beginning, when the server stops. */
export const shuttingDown = new BridgeError("busy", "The server is shutting down; send the request again.", {
  retryAfterSeconds: 1,
});

/** Refuses new connections, lets running answers finish, then ends them in their protocol, then cuts them off. */
export async function shutDown({
  listening,
  closing,
  settled,
  drainMs,
  clock,
}: ShutDownOptions): Promise<void> {
  const drained = listening.drain().then(() => true);
  const atMost = (ms: number, promise: Promise<unknown>) => Promise.race([promise, sleep(clock, ms)]);
  await atMost(drainMs, drained);
  closing.abort(shuttingDown);
  await atMost(farewellMs, drained);
  await listening.stop();
  await atMost(settleMs, settled());
}
