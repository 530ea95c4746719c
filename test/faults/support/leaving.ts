import { expect } from "bun:test";
import type { Socket } from "node:net";
import { until } from "../../support/event-loop.ts";
import { type RawClient, requestText } from "../../support/raw-client.ts";
import { type BareServer, settle } from "./in-time.ts";
import type { RawRig } from "./rig.ts";

export type Leave = (socket: Socket) => unknown;

/** Whatever the runtime takes for a client's leaving. */
export const leavings: Readonly<Record<string, Leave>> = {
  closing: (socket) => socket.destroy(),
  resetting: (socket) => socket.resetAndDestroy(),
  "half-closing": (socket) => socket.end(),
  // It takes no request on a connection that waits for an answer (fault row 23).
  "asking again on": (socket) => socket.write(requestText("GET /health")),
};

/** A bridge, and how many requests to the service are open. */
export type Left = Pick<RawRig, "url" | "log" | "clock" | "hits"> & { upstream: { open(): number } };

const goneFrom = ({ log }: Left) => log.filter((line) => line.includes("end=gone")).length;

/**
 * By how many milliseconds the service and the log hear later of a client that leaves than a bare server hears of another
 * one in the same moment. Fails when anything is asked of the service after that.
 */
export async function lateness(
  rig: Left,
  bare: BareServer,
  client: RawClient,
  leave: Leave,
): Promise<number> {
  const control = await bare.client();
  const [gone, hits] = [goneFrom(rig), rig.hits()];
  leave(client.socket);
  leave(control.socket);
  await until(() => rig.upstream.open() === 0 && goneFrom(rig) === gone + 1);
  const at = performance.now();
  const late = at - (await control.leftAt());
  client.socket.destroy();
  control.socket.destroy();
  rig.clock.advance(10_000);
  await settle();
  expect(rig.hits()).toBe(hits);
  return late;
}
