import { alike } from "../crowd/cases.ts";
import { atMost, exactly, type Goal, measured } from "../goal.ts";
import type { Scene } from "../rig/rig.ts";
import { settled, until } from "../rig/until.ts";

const readers = 100;
/** Of 1 KB each: 50 MB and more for each client. */
const events = 50_000;
/** Between the last byte that a client's socket took and the moment from which it takes nothing. */
const leewaySeconds = 2;
/** The runtime looks for connections to close every four seconds. */
const closingMs = 10_000;
const fillingMs = 15_000;
const quietMs = 500;

export const stalledReaders: Goal = {
  id: "G8",
  title: "100 clients that take nothing of 50 MB each",
  bound: "RSS ≤ + 200 MB, all freed ≤ T_slow (120 s by default)",
  run: ({ effort: { slowClientSeconds }, withScene }) =>
    withScene({ config: { timeouts: { slow_client: slowClientSeconds } } }, async (scene) => {
      const { bridge, load, stallers } = scene;
      const passThroughMb = await addedByPassThrough(scene);
      await load({ clients: 4, requests: 20, scenario: alike(["anthropic"], { events: 10 }) });
      const before = await atRest(scene);

      stallers(readers, events);
      await standstill(bridge);
      const stalled = await bridge.metric("aqbridge_open_streams");
      const stalledMb = bridge.residentMb();
      const within = slowClientSeconds + leewaySeconds;
      const freedMs = await until((within + 10) * 1000, async () => {
        return (await bridge.metric("aqbridge_open_streams")) === 0;
      });
      const standstillMs = 1000 * (await bridge.metric("aqbridge_event_loop_lag_max_seconds"));
      await until(closingMs, () => bridge.descriptors() <= before.descriptors);
      const after = await atRest(scene);
      return {
        figures: [
          exactly(readers, "streams that stood still", stalled),
          measured("RSS added, pass-through, at most", passThroughMb, "MB"),
          measured("RSS added, standing still", stalledMb - before.residentMb, "MB"),
          atMost(200, "RSS added, at most", bridge.peakMb() - before.residentMb, "MB"),
          measured("longest standstill of the event loop", standstillMs, "ms"),
          atMost(within, "all freed after", freedMs / 1000, "s"),
          exactly(before.descriptors, "descriptors afterwards", after.descriptors),
        ],
        notes: [`T_slow is ${slowClientSeconds} s here, 120 s by default and with --full`],
      };
    }),
};

async function addedByPassThrough({ passThrough, stallers }: Scene): Promise<number> {
  const reference = await passThrough();
  const before = reference.residentMb();
  const clients = stallers(readers, events, reference);
  let mb = before;
  await until(fillingMs, async () => {
    await Bun.sleep(quietMs);
    const isQuiet = reference.residentMb() <= mb;
    mb = reference.residentMb();
    return isQuiet && mb > before;
  });
  const added = reference.peakMb() - before;
  await clients.stop();
  await reference.stop();
  return added;
}

/** Waits until the kernel's buffers are full and nothing moves any more. */
async function standstill(bridge: Scene["bridge"]): Promise<void> {
  await Bun.sleep(2 * quietMs);
  await until(fillingMs, async () => {
    const before = bridge.cpuMs();
    await Bun.sleep(quietMs);
    return bridge.cpuMs() - before < quietMs / 20;
  });
}

async function atRest({ bridge, upstream }: Scene) {
  await until(5000, async () => (await upstream.tell({ type: "close-idle" })).connections === 0);
  return { descriptors: await settled(bridge.descriptors), residentMb: bridge.residentMb() };
}
