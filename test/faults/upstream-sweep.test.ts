import { afterAll, describe, expect, test } from "bun:test";
import type { ScriptedMessage } from "../../src/simulator/script.ts";
import { timeFor } from "../support/cases.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { expectSoon } from "../support/soon.ts";
import { expectBroken } from "./support/broken.ts";
import { type Form, forms, type Outcome, post } from "./support/forms.ts";
import { encodedAll } from "./support/frames.ts";
import { chunk, chunkedHead, finish, openEndedHead, reset, sizedHead, stall } from "./support/http.ts";
import { startRawRig } from "./support/rig.ts";
import { recorded, textOf } from "./support/streams.ts";

const rig = await startRawRig({ retries: false });
afterAll(rig.stop);

/** At every byte when there is time for that, else at every few, in other places for each stream. */
const isThorough = process.env["AQBRIDGE_FAULTS"] === "all";
const stride = isThorough ? 1 : 7;

const isSeal = (message: ScriptedMessage) =>
  "type" in message && /^(metadata|metering|contextUsage)Event$/.test(message.type);

interface Cut {
  bytes: Uint8Array;
  at: number;
  form: Form;
}

const chunkOf = (bytes: Uint8Array) => (bytes.length > 0 ? chunk(bytes) : new Uint8Array());
const before = ({ bytes, at }: Cut) => bytes.subarray(0, at);

/** Ways in which the service's connection ends, or what comes on it makes no sense. */
const endings: Readonly<Record<string, (cut: Cut) => ReturnType<typeof finish>>> = {
  "a closed connection": (cut) => finish(chunkedHead, chunkOf(before(cut))),
  "a closed connection without chunks": (cut) => finish(openEndedHead, before(cut)),
  "a reset connection": (cut) => reset(chunkedHead, chunkOf(before(cut))),
  "a reset connection without chunks": (cut) => reset(openEndedHead, before(cut)),
  garbage({ bytes, at }) {
    const garbled = Buffer.from(bytes);
    garbled.fill(0xa5, at);
    return finish(sizedHead(garbled.length), garbled);
  },
};

/** Once the service has the request that follows. */
async function askedOnce(): Promise<() => Promise<void>> {
  await until(() => rig.openUpstream() === 0);
  const hits = rig.hits();
  return async () => {
    await until(() => rig.hits() === hits + 1);
    // And the bridge what the service says at once.
    for (let turn = 0; turn < 3; turn++) await turnOfLoop();
  };
}

/** What is left of an answer whose service falls silent, five minutes later. */
async function afterSilence(cut: Cut): Promise<Outcome> {
  const isAsked = await askedOnce();
  rig.upstream.script(stall(chunkedHead, chunkOf(before(cut))));
  const asked = rig.ask(cut.form);
  await isAsked();
  rig.clock.advance(300_000);
  return asked;
}

/** How many milliseconds the service is kept busy by a client that has left. */
async function msUntilReleased(cut: Cut): Promise<number> {
  const isAsked = await askedOnce();
  rig.upstream.script(stall(chunkedHead, chunkOf(before(cut))));
  const leave = new AbortController();
  const asked = post(rig.url, cut.form, {}, leave.signal).then(
    (response) => response.text().catch(() => "left"),
    () => "left",
  );
  await isAsked();
  const start = performance.now();
  leave.abort();
  await until(() => rig.openUpstream() === 0);
  const ms = performance.now() - start;
  expect(await asked).toBe("left");
  await until(() => rig.clock.waiting() === 0);
  return ms;
}

describe.each(Object.entries(recorded))(
  "property 6: %s, cut at every byte before its proof of completion",
  (_, messages) => {
    const bytes = encodedAll(messages);
    const unproven = encodedAll(messages.filter((message) => !isSeal(message))).length;
    const cuts = Array.from({ length: Math.ceil(unproven / stride) }, (_each, index): Cut => {
      const at = Math.min(unproven - 1, index * stride + (isThorough ? 0 : messages.length % stride));
      return {
        bytes,
        at,
        form: forms[(at + messages.length) % forms.length] ?? { protocol: "openai", stream: true },
      };
    });

    test.each(Object.entries(endings))(
      "by %s is taken for its end by nobody",
      async (_name, ending) => {
        for (const cut of cuts) {
          rig.upstream.script(ending(cut));
          expectBroken(rig, cut.form, await rig.ask(cut.form), textOf(messages), "warn|error");
        }
        await rig.expectBase();
      },
      timeFor(),
    );

    test(
      "by silence is taken for its end by nobody",
      async () => {
        for (const cut of cuts) {
          const outcome = await afterSilence(cut);
          expect(outcome.stopReason).toBeUndefined();
          expect(outcome.failure?.message).toContain("silent for 300 s");
          expect(textOf(messages)).toStartWith(outcome.text);
          expect(rig.endOf(outcome)).toContain("class=timeout");
        }
        await rig.expectBase();
      },
      timeFor(),
    );

    test(
      "by its client frees the service at once",
      async () => {
        const times: number[] = [];
        for (const cut of cuts) times.push(await msUntilReleased(cut));
        expectSoon(times);
        expect(rig.log.join("")).not.toContain("class=internal");
        await rig.expectBase();
      },
      timeFor(),
    );
  },
);

test("property 6: the sweep has at least a thousand cuts", () => {
  const bytes = Object.values(recorded).map(
    (messages) => encodedAll(messages.filter((each) => !isSeal(each))).length,
  );
  const cuts = bytes.reduce((sum, length) => sum + Math.ceil(length / stride), 0);
  expect(cuts * (Object.keys(endings).length + 2)).toBeGreaterThan(1_000);
});
