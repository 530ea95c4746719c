import { expect } from "bun:test";
import { createRetryBucket, type RetryBucket } from "../../../src/amazonq/retry.ts";
import { type Bridge, type BridgeOptions, eventually, startBridge } from "../../support/bridge.ts";
import { turnOfLoop } from "../../support/event-loop.ts";
import { type ManualClock, manualClock } from "../../support/manual-clock.ts";
import { ending, stream, text } from "../../support/script.ts";
import { type Form, type Outcome, outcomeOf, post } from "./forms.ts";
import { encodedAll } from "./frames.ts";
import { chunk, chunkedHead, finish, lastChunk } from "./http.ts";
import { type RawUpstream, startRawUpstream } from "./raw-upstream.ts";

/** The real server, time that is moved by hand, and what the reliability plan wants to be true after each fault. */
export interface Rig extends Omit<Bridge, "openUpstream"> {
  clock: ManualClock;
  bucket: RetryBucket;
  /** Requests that have reached the service so far. */
  hits(): number;
  openUpstream(): number;
  ask(form: Form, extra?: object): Promise<Outcome>;
  /** Waits for what needs no time but that of retries. */
  settled<T>(promise: Promise<T>): Promise<T>;
  /** Nothing is left of what was: no request here or upstream, no timer; and the next request is served. */
  expectBase(): Promise<void>;
  /** The line that the log has of a request's end. */
  endOf(outcome: Outcome): string;
}

interface RigOptions extends BridgeOptions {
  /** False for a service that is asked but once. */
  retries?: boolean;
}

const canaryText = "Still here.";
const canaryEvents = [...text(canaryText), ...ending("END_TURN")];
export const canaryBody = encodedAll(canaryEvents);
const canary = finish(chunkedHead, chunk(canaryBody), lastChunk);

/** Over the simulator. */
export function startRig(options: RigOptions = {}): Rig {
  return makeRig(options, (bridge) => ({
    hits: () => bridge.simulator.requests.length,
    open: bridge.openUpstream,
    script: () => bridge.simulator.script(stream(canaryEvents)),
  }));
}

export interface RawRig extends Rig {
  upstream: RawUpstream;
}

/** Over a service that sends any bytes. */
export async function startRawRig(
  options: RigOptions = {},
  tls?: Parameters<typeof startRawUpstream>[1],
): Promise<RawRig> {
  const upstream = await startRawUpstream(canary, tls);
  const rig = makeRig({ endpoint: upstream.url, ...options }, () => ({ ...upstream, script: () => {} }));
  return {
    ...rig,
    upstream,
    async stop() {
      await rig.stop();
      await upstream.stop();
    },
  };
}

/** Waits of less than ten seconds, as before a retry, are over as soon as the clock is moved at all. */
const withoutShortWaits = (clock: ManualClock): ManualClock => ({
  ...clock,
  after: (ms, callback) => clock.after(ms < 10_000 ? 0 : ms, callback),
});

interface Service {
  hits(): number;
  open(): number;
  /** Has it answer the next request with the canary's text. */
  script(): void;
}

/** What the server itself counts as not yet over. */
async function underWay(url: string) {
  const figures = await (await fetch(`${url}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(figures)?.[1]);
  return { requests: figure("aqbridge_open_requests"), streams: figure("aqbridge_open_streams") };
}

function makeRig({ retries = true, ...options }: RigOptions, serviceOf: (bridge: Bridge) => Service): Rig {
  const clock = withoutShortWaits(manualClock());
  const bucket = createRetryBucket();
  const bridge = startBridge({ clock, random: () => 0, ...(retries && { bucket }), ...options });
  const { hits, open, script } = serviceOf(bridge);

  const ends = new Map<string, readonly string[]>();
  let linesRead = 0;

  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = promise.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    while (!isOver) {
      clock.advance(0);
      await turnOfLoop();
    }
    return over;
  };

  const ask = async (form: Form, extra: object = {}): Promise<Outcome> =>
    settled(post(bridge.url, form, extra).then((response) => outcomeOf(form, response)));

  return {
    ...bridge,
    clock,
    bucket,
    hits,
    openUpstream: open,
    settled,
    ask,
    async expectBase() {
      await eventually(() => open() === 0 && clock.waiting() === 0);
      // The one that asks is under way itself.
      expect(await underWay(bridge.url)).toEqual({ requests: 1, streams: 0 });
      script();
      const outcome = await ask({ protocol: "openai", stream: false });
      expect(outcome).toMatchObject({ status: 200, text: canaryText, stopReason: "stop" });
    },
    endOf({ requestId }) {
      for (; linesRead < bridge.log.length; linesRead++) {
        const line = bridge.log[linesRead] ?? "";
        const rid = /\breq\.end rid=(\S+) /.exec(line)?.[1];
        if (rid !== undefined) ends.set(rid, [...(ends.get(rid) ?? []), line]);
      }
      const [end = "", ...others] = ends.get(requestId) ?? [];
      expect([end.length > 0, others]).toEqual([true, []]);
      return end;
    },
  };
}
