import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { until as eventually, turnOfLoop } from "../support/event-loop.ts";
import { ending, openTool, reasoning, stream, text } from "../support/script.ts";
import { type Form, forms, type Outcome, outcomeOf, post, streamed, whole } from "./support/forms.ts";
import { encodedAll } from "./support/frames.ts";
import { type Rig, startRig } from "./support/rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = startRig();
});
afterEach(() => rig.stop());

const pause = (seconds: number): ScriptedStep => ({ pauseMs: seconds * 1000 });
const hello = [...text("Hello"), ...ending("END_TURN")];

/** Lets time pass once everybody waits: the simulator, the watch over it and, in a stream, the heartbeat. */
async function pass(seconds: number, { stream: isStream }: Form): Promise<void> {
  // While a heartbeat is on its way, as many wait: the watch over who takes it, in its place.
  for (let turn = 0; turn < 5; turn++) await turnOfLoop();
  await eventually(() => rig.clock.waiting() === (isStream ? 3 : 2));
  rig.clock.advance(seconds * 1000);
}

/** In steps no longer than the heartbeat's, which streams are given. */
async function passSlowly(seconds: number, form: Form): Promise<void> {
  for (let left = seconds; left > 0; left -= 15) await pass(Math.min(15, left), form);
}

/** Lets time pass until the answer is over, and tells how much has by then, in steps of ten seconds. */
async function passUntilOver(form: Form): Promise<{ outcome: Outcome; seconds: number }> {
  let isOver = false;
  const over = rig.ask(form).finally(() => {
    isOver = true;
  });
  const start = rig.clock.now();
  while (!isOver) {
    await eventually(() => isOver || rig.clock.waiting() === (form.stream ? 3 : 2));
    if (!isOver) rig.clock.advance(10_000);
  }
  return { outcome: await over, seconds: (rig.clock.now() - start) / 1000 };
}

const beats = {
  openai: ": keep-alive\n\n",
  anthropic: 'event: ping\ndata: {"type":"ping"}\n\n',
} as const;

describe("a first event that is late", () => {
  test.each([20, 200])(
    "row 44: by %d seconds is waited for, with signs of life in streams",
    async (seconds) => {
      for (const form of forms) {
        rig.simulator.script(stream(pause(seconds), hello));
        const answered = post(rig.url, form);
        await passSlowly(seconds, form);
        const response = await answered;
        const [body, copy] = [response.clone(), response];
        expect(await outcomeOf(form, copy)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
        const heard = (await body.text()).split(beats[form.protocol]).length - 1;
        expect(heard).toBe(form.stream ? Math.floor((seconds - 1) / 15) : 0);
      }
      await rig.expectBase();
    },
  );

  test("row 44: holds the status back for fifteen seconds and no longer", async () => {
    for (const form of streamed) {
      rig.simulator.script(stream(pause(20), hello));
      let isAnswered = false;
      const answered = post(rig.url, form).finally(() => {
        isAnswered = true;
      });
      await pass(14.999, form);
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
      expect(isAnswered).toBe(false);
      await pass(0.001, form);
      const response = await answered;
      await pass(5, form);
      expect(await outcomeOf(form, response)).toMatchObject({ text: "Hello" });
    }
    await rig.expectBase();
  });
});

describe("a service that says nothing for five minutes", () => {
  test.each([true, false])(
    "row 45: is timed out, with a status of its own where there is none yet: streamed %p",
    async (isStream) => {
      for (const form of isStream ? streamed : whole) {
        rig.simulator.script(stream(pause(3600), hello));
        const asked = rig.ask(form);
        await passSlowly(300, form);
        const outcome = await asked;
        expect(outcome).toMatchObject({ status: isStream ? 200 : 504, text: "", stopReason: undefined });
        expect(outcome.failure).toMatchObject(
          form.protocol === "openai" ? { code: "upstream_timeout" } : { type: "timeout_error" },
        );
        expect(rig.endOf(outcome)).toContain("class=timeout");
      }
      expect(rig.hits()).toBe(2);
      await rig.expectBase();
    },
  );

  test("row 45: is timed out too when not even a status comes", async () => {
    for (const form of whole) {
      rig.simulator.script({ ...stream(hello), delayMs: 3_600_000 });
      const asked = rig.ask(form);
      await pass(300, form);
      expect(await asked).toMatchObject({ status: 504, shouldRetry: "false" });
    }
    await rig.expectBase();
  });

  const said: readonly ScriptedStep[] = [
    ...reasoning(["Hm."], "c2lnbmF0dXJl"),
    ...text("Let ", "me ", "see."),
    ...openTool("tooluse_a", "read", '{"pa', 'th":"'),
  ];
  const stalls = said.map((_, index) => said.slice(0, index + 1));

  test.each(stalls.map((steps) => [steps.length, steps] as const))(
    "row 46: after %d messages is timed out, with signs of life before and no mark of success",
    async (_, steps) => {
      for (const form of forms) {
        rig.simulator.script(stream([...steps], pause(3600), hello));
        const { outcome, seconds } = await passUntilOver(form);
        expect(seconds).toBeGreaterThanOrEqual(300);
        expect(outcome).toMatchObject({ status: form.stream ? 200 : 504, stopReason: undefined });
        expect(outcome.failure?.message).toContain("silent for 300 s");
        expect("Let me see.").toStartWith(outcome.text);
        expect(rig.endOf(outcome)).toContain("class=timeout");
      }
      await rig.expectBase();
    },
  );

  test("row 46: but goes on just in time is heard out", async () => {
    for (const form of streamed) {
      rig.simulator.script(stream(text("Hel"), pause(299), text("lo"), pause(299), ending("END_TURN")));
      const response = await post(rig.url, form);
      let heard = "";
      const body =
        response.clone().body?.pipeThrough(new TextDecoderStream()) ?? new ReadableStream<string>();
      const listening = (async () => {
        for await (const piece of body) heard += piece;
      })();
      for (const delta of ['"Hel"', '"lo"']) {
        await eventually(() => heard.includes(delta));
        await passSlowly(299, form);
      }
      await listening;
      expect(await outcomeOf(form, response)).toMatchObject({
        status: 200,
        text: "Hello",
        failure: undefined,
      });
    }
    await rig.expectBase();
  });
});

test("row 47: bytes that never make a message are no sign of life", async () => {
  const dribble: ScriptedStep[] = [];
  for (const byte of encodedAll(text("lo"))) dribble.push({ bytes: Uint8Array.of(byte) }, pause(20));
  expect(dribble.length).toBeGreaterThan(2 * 100);
  for (const form of forms) {
    rig.simulator.script(stream(text("Hel"), pause(20), dribble, ending("END_TURN")));
    const { outcome, seconds } = await passUntilOver(form);
    // All of it takes longer than forty minutes.
    expect(seconds).toBeWithin(300, 2000);
    expect(outcome).toMatchObject({ status: form.stream ? 200 : 504, stopReason: undefined });
    expect("Hel").toStartWith(outcome.text);
    expect(rig.endOf(outcome)).toContain("class=timeout");
  }
  await rig.expectBase();
});
