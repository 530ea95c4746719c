import type { LoadOptions, LoadResult } from "../crowd/load.ts";
import type { Effort } from "../effort.ts";
import { type Bridge, type BridgeOptions, startBridge } from "./bridge.ts";
import { startCompanion } from "./companion.ts";
import { type CpuShares, createCpuAccount } from "./cpu-account.ts";
import { type Crowd, sendCrowd } from "./crowd.ts";
import { type PassThrough, startPassThrough } from "./pass-through.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

export type Load = Omit<LoadOptions, "url">;

/** Whom clients ask. */
interface Server {
  url: string;
}

/** A bridge over an upstream of its own, and the crowds sent to them; to the bridge unless told otherwise. */
export interface Scene {
  bridge: Bridge;
  upstream: Upstream;
  /** Over the same upstream, for comparison. */
  passThrough(): Promise<PassThrough>;
  crowd(load: Load, server?: Server): Crowd;
  /** A crowd's result; it has left by then. */
  load(load: Load, server?: Server): Promise<LoadResult>;
  /** Clients that ask for so many events each and take none of them. */
  stallers(clients: number, events: number, server?: Server): { stop(): Promise<void> };
}

/** What every goal is measured with. */
export interface Rig {
  effort: Effort;
  /** Sets a scene, and clears it away whatever happens. */
  withScene<Result>(options: BridgeOptions, play: (scene: Scene) => Promise<Result>): Promise<Result>;
  /** Since the last time. */
  cpuShares(): CpuShares;
}

interface Actor {
  pid: number;
  stop(): Promise<void>;
}

export function createRig(binary: string, effort: Effort): Rig {
  const account = createCpuAccount();

  const withScene: Rig["withScene"] = async (options, play) => {
    const present = new Set<Actor>();
    const enter = <A extends Actor>(actor: A): A => {
      const entered = {
        ...actor,
        async stop() {
          if (!present.delete(entered)) return;
          account.add(actor.pid);
          await actor.stop();
        },
      };
      present.add(entered);
      return entered;
    };
    try {
      const upstream = enter(await startUpstream());
      const bridge = enter(await startBridge(binary, upstream.url, options));
      return await play(sceneOf(upstream, bridge, enter));
    } finally {
      for (const actor of [...present].toReversed()) await actor.stop();
    }
  };
  return { effort, withScene, cpuShares: account.shares };
}

function sceneOf(upstream: Upstream, bridge: Bridge, enter: <A extends Actor>(actor: A) => A): Scene {
  const crowd: Scene["crowd"] = (load, { url } = bridge) => enter(sendCrowd({ ...load, url }));
  return {
    upstream,
    bridge,
    passThrough: async () => enter(await startPassThrough(upstream.url)),
    crowd,
    async load(load, server) {
      const sent = crowd(load, server);
      const result = await sent.result;
      await sent.stop();
      return result;
    },
    stallers: (clients, events, { url } = bridge) =>
      enter(startCompanion("crowd/stalled.ts", [url, String(clients), String(events)], () => {})),
  };
}
