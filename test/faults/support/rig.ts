import { expect } from "bun:test";
import { createRetryBucket, type RetryBucket } from "../../../src/amazonq/recovery/retry.ts";
import { type Bridge, type BridgeOptions, startBridge } from "../../support/bridge.ts";
import { turnOfLoop } from "../../support/event-loop.ts";
import { type ManualClock, manualClock } from "../../support/manual-clock.ts";
import { ending, stream, text } from "../../support/script.ts";
import { rememberBase } from "./base.ts";
import { type Form, keyHeader, type Outcome, outcomeOf, post } from "./forms.ts";
import { encodedAll } from "./frames.ts";
import { chunk, chunkedHead, finish, lastChunk } from "./http.ts";
import { type KeptConnections, keptBy, keptFor } from "./kept-connections.ts";
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
  /** Nothing is left of what was: no request here or upstream, no timer, no descriptor; and the next request is served. */
  expectBase(): Promise<void>;
  /** Fails, having stopped it, when anything was left. */
  stop(): Promise<void>;
  /** The line that the log has of a request's end. */
  endOf(outcome: Outcome): string;
}

interface RigOptions extends BridgeOptions {
  /** False for a service that is asked but once. */
  retries?: boolean;
  /** What else is left of what was, each in words. */
  left?: () => readonly string[];
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
    kept: () => keptBy(bridge, options.endpoint),
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
  const rig = makeRig({ endpoint: upstream.url, ...options }, () => ({
    ...upstream,
    kept: () => keptFor(upstream.url, upstream.kept()),
    script: () => {},
  }));
  return {
    ...rig,
    upstream,
    async stop() {
      await rig.stop().finally(upstream.stop);
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
  kept(): KeptConnections;
  /** Has it answer the next request with the canary's text. */
  script(): void;
}

/** Waits for what needs no time but that of retries. */
const settledBy =
  (clock: ManualClock): Rig["settled"] =>
  async (promise) => {
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

/** The one line that the log has of each request's end; each line is looked at once, however many are asked for. */
function endsIn(log: readonly string[]): Rig["endOf"] {
  const ends = new Map<string, readonly string[]>();
  let linesRead = 0;
  return ({ requestId }) => {
    for (; linesRead < log.length; linesRead++) {
      const line = log[linesRead] ?? "";
      const rid = /\breq\.end rid=(\S+) /.exec(line)?.[1];
      if (rid !== undefined) ends.set(rid, [...(ends.get(rid) ?? []), line]);
    }
    const [end = "", ...others] = ends.get(requestId) ?? [];
    expect([end.length > 0, others]).toEqual([true, []]);
    return end;
  };
}

function makeRig(options: RigOptions, serviceOf: (bridge: Bridge) => Service): Rig {
  const { retries = true, left = () => [], ...others } = options;
  const apiKey = options.config?.apiKey;
  const clock = withoutShortWaits(manualClock());
  const bucket = createRetryBucket();
  const bridge = startBridge({ clock, random: () => 0, ...(retries && { bucket }), ...others });
  const { hits, open, kept, script } = serviceOf(bridge);
  const expectNothingLeft = rememberBase({
    url: bridge.url,
    apiKey,
    kept,
    left: () => [
      ...(open() > 0 ? [`${open()} requests to the service`] : []),
      ...(clock.waiting() > 0 ? [`${clock.waiting()} timers`] : []),
      ...left(),
    ],
  });

  const settled = settledBy(clock);
  let linesAtBase = -1;

  const ask = async (form: Form, extra: object = {}): Promise<Outcome> =>
    settled(
      post(bridge.url, form, extra, undefined, keyHeader(apiKey)).then((response) =>
        outcomeOf(form, response),
      ),
    );

  return {
    ...bridge,
    clock,
    bucket,
    hits,
    openUpstream: open,
    settled,
    ask,
    async expectBase() {
      // What fails here need not fail once more at the end.
      linesAtBase = Number.POSITIVE_INFINITY;
      await expectNothingLeft();
      script();
      const outcome = await ask({ protocol: "openai", stream: false });
      expect(outcome).toMatchObject({ status: 200, text: canaryText, stopReason: "stop" });
      linesAtBase = bridge.log.length;
    },
    async stop() {
      try {
        // Nothing has happened since that was looked at.
        if (bridge.log.length > linesAtBase) await expectNothingLeft();
      } finally {
        await bridge.stop();
      }
    },
    endOf: endsIn(bridge.log),
  };
}
