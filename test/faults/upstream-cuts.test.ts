import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ending, metadata, metering, openTool, text, tool } from "../support/script.ts";
import { expectBroken } from "./support/broken.ts";
import { forms, outcomeOf, post, streamed, streamedInTurn } from "./support/forms.ts";
import { encodedAll } from "./support/frames.ts";
import {
  chunk,
  chunkedHead,
  finish,
  head,
  lastChunk,
  openEndedHead,
  reset,
  sizedHead,
  stall,
} from "./support/http.ts";
import type { Behaviour } from "./support/raw-upstream.ts";
import { type RawRig, startRawRig } from "./support/rig.ts";
import { recorded, textOf } from "./support/streams.ts";

let rig: RawRig;
beforeEach(async () => {
  rig = await startRawRig({ retries: false });
});
afterEach(() => rig.stop());

const complete = [...text("Hello"), ...ending("END_TURN")];

/** Ways in which a connection gives up in the middle of the bytes. */
const cuts: Readonly<Record<string, (bytes: Uint8Array, at: number) => Behaviour>> = {
  "a close between chunks": (bytes, at) => finish(chunkedHead, chunkOf(bytes.subarray(0, at))),
  "a close inside a chunk": (bytes, at) =>
    finish(chunkedHead, `${(at + 9).toString(16)}\r\n`, bytes.subarray(0, at)),
  "a reset": (bytes, at) => reset(chunkedHead, chunkOf(bytes.subarray(0, at))),
  "a close before the length": (bytes, at) => finish(sizedHead(bytes.length + 1), bytes.subarray(0, at)),
};
const chunkOf = (bytes: Uint8Array) => (bytes.length > 0 ? chunk(bytes) : new Uint8Array());

/** At all offsets when there is time for that, else at some, in other places for each stream and cut. */
const isThorough = process.env["AQBRIDGE_FAULTS"] === "all";
const stride = isThorough ? 1 : 11;

describe("an answer whose connection is cut", () => {
  const cases = Object.entries(recorded).flatMap(([name, messages]) =>
    Object.entries(cuts).map(([cut, behaviour]) => ({ name, cut, messages, behaviour })),
  );

  test.each(cases)(
    "row 48: $name by $cut is broken for its client at every byte",
    async ({ messages, behaviour }) => {
      const bytes = encodedAll(messages);
      for (let at = messages.length; at <= bytes.length; at += stride) {
        const form = streamedInTurn(at);
        rig.upstream.script(behaviour(bytes, at));
        expectBroken(rig, form, await rig.ask(form), textOf(messages), "warn");
      }
      await rig.expectBase();
    },
    60_000,
  );

  test("row 48: is asked for again when nothing of it was said, and the client sees one answer", async () => {
    const patient = await startRawRig();
    const bytes = encodedAll(complete);
    for (const form of forms) {
      for (const behaviour of Object.values(cuts)) {
        patient.upstream.script(behaviour(bytes, 20), behaviour(bytes, 0));
        expect(await patient.ask(form)).toMatchObject({ status: 200, text: "Still here." });
      }
      patient.upstream.script(finish(openEndedHead, bytes.subarray(0, 20)));
      expect(await patient.ask(form)).toMatchObject({ status: 200, text: "Still here." });
    }
    await patient.expectBase();
    await patient.stop();
  });

  test("row 48: is not asked for again once something of it was said", async () => {
    const patient = await startRawRig();
    const bytes = encodedAll(complete);
    const begun = bytes.subarray(0, encodedAll(text("Hello")).length + 9);
    for (const form of streamed) {
      for (const end of ["destroy", "resetAndDestroy"] as const) {
        const before = patient.hits();
        let cut = () => {};
        patient.upstream.script((socket, request) => {
          cut = () => socket[end]();
          return stall(chunkedHead, chunk(begun))(socket, request);
        });
        // The status leaves with the first event.
        const response = await post(patient.url, form);
        cut();
        expectBroken(patient, form, await outcomeOf(form, response), "Hello", "warn");
        expect(patient.hits() - before).toBe(1);
      }
    }
    await patient.expectBase();
    await patient.stop();
  });
});

describe("an answer that lasts as long as its connection", () => {
  const sealed = [metering, metadata({}), metadata({ stopReason: "END_TURN" }), ...ending().slice(0, 1)];

  test("row 49: is complete with a sign of completion", async () => {
    for (const seal of sealed) {
      for (const form of forms) {
        rig.upstream.script(finish(openEndedHead, encodedAll([...text("Hello"), seal])));
        expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
      }
    }
    await rig.expectBase();
  });

  test.each<[string, (bytes: Uint8Array) => Behaviour]>([
    ["closed", (bytes) => finish(openEndedHead, bytes)],
    ["reset", (bytes) => reset(openEndedHead, bytes)],
  ])(
    "row 49: is broken without one, and with bytes of another message behind it: %s",
    async (_, behaviour) => {
      const bytes = encodedAll(complete);
      const unsealed = encodedAll(text("Hello"));
      for (const cut of [unsealed, unsealed.subarray(0, -1), bytes.subarray(0, -1)]) {
        for (const form of forms) {
          rig.upstream.script(behaviour(cut));
          expectBroken(rig, form, await rig.ask(form), "Hello", "warn");
        }
      }
      await rig.expectBase();
    },
  );

  test("row 49: is complete without one when its length or its chunks prove it", async () => {
    const unsealed = encodedAll(text("Hello"));
    for (const form of forms) {
      rig.upstream.script(finish(sizedHead(unsealed.length), unsealed));
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello" });
      rig.upstream.script(finish(chunkedHead, chunk(unsealed), lastChunk));
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello" });
    }
    await rig.expectBase();
  });
});

describe("HTTP that goes wrong in the middle", () => {
  const said = encodedAll(text("Hello"));
  const broken: Readonly<Record<string, Behaviour>> = {
    "a chunk's size that is no number": finish(chunkedHead, chunk(said), "zz\r\n", said),
    "a chunk without its line break": finish(chunkedHead, `${said.length.toString(16)}\r\n`, said, said),
    "another answer in the place of a chunk": finish(chunkedHead, chunk(said), head("200 OK")),
  };

  test.each(Object.entries(broken))("row 50: %s breaks the answer", async (_, behaviour) => {
    for (const form of forms) {
      rig.upstream.script(behaviour);
      expectBroken(rig, form, await rig.ask(form), "Hello", "error");
    }
    await rig.expectBase();
  });

  test("row 50: bytes after the end are nobody's, and their connection serves no other request", async () => {
    const bytes = encodedAll(complete);
    const surplus = encodedAll(text("not for you"));
    for (const form of forms) {
      rig.upstream.script((socket) => {
        socket.write(Buffer.concat([Buffer.from(sizedHead(bytes.length)), bytes, surplus]));
        return "kept";
      });
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello" });
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Still here." });
    }
    await rig.expectBase();
  });
});

describe("an end between messages", () => {
  interface End {
    messages: Parameters<typeof encodedAll>[0];
    stopReasons?: readonly [openai: string, anthropic: string];
  }
  const call = openTool("tooluse_a", "read", '{"path":"/a');
  const wholeCall = openTool("tooluse_a", "read", '{"path":"/a"}');
  const ends: Readonly<Record<string, End>> = {
    "after text": { messages: text("Hello"), stopReasons: ["stop", "end_turn"] },
    "after a call": { messages: tool("tooluse_a", "read", "{}"), stopReasons: ["tool_calls", "tool_use"] },
    "inside a call": { messages: call },
    "inside a call that is only begun": { messages: openTool("tooluse_a", "read") },
    "behind a call's JSON, before its stop": { messages: wholeCall },
    "inside a call, by length": {
      messages: [...call, metadata({ stopReason: "MAX_TOKENS" })],
      stopReasons: ["length", "max_tokens"],
    },
    "behind a call's JSON, sealed": {
      messages: [...wholeCall, metering],
      stopReasons: ["tool_calls", "tool_use"],
    },
  };

  test.each(Object.entries(ends))("row 57: %s is what it is", async (_, { messages, stopReasons }) => {
    const bytes = encodedAll(messages);
    for (const form of streamed) {
      rig.upstream.script(finish(sizedHead(bytes.length), bytes));
      const outcome = await rig.ask(form);
      if (!stopReasons) expectBroken(rig, form, outcome, textOf(messages), "warn");
      else
        expect(outcome).toMatchObject({
          stopReason: stopReasons[form.protocol === "openai" ? 0 : 1],
          failure: undefined,
        });
    }
    await rig.expectBase();
  });
});
