import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { cases, timeFor } from "../support/cases.ts";
import { ending, stream, text, tool } from "../support/script.ts";
import { expectBroken } from "./support/broken.ts";
import { forms, streamedInTurn } from "./support/forms.ts";
import { encodedAll, forgedFrame, textHeader } from "./support/frames.ts";
import { startRig } from "./support/rig.ts";
import { recorded, textOf } from "./support/streams.ts";

const rig = startRig({ retries: false });
afterAll(rig.stop);

const forever: ScriptedStep = { pauseMs: 3_600_000 };
const rest = [...text("no more"), ...ending("END_TURN")];
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** The bytes break the answer behind the text before them, without waiting for what may follow. */
async function expectDamage(bytes: Uint8Array, behind: readonly ScriptedStep[] = rest) {
  for (const form of forms) {
    rig.simulator.script(stream(text("Hello"), [{ bytes }], [...behind]));
    expectBroken(rig, form, await rig.ask(form), "Hello", "error");
  }
}

describe("a checksum that is wrong", () => {
  const message = encodedAll(text("secret"));
  const flipped = (at: number, mask: number) => {
    const bytes = Buffer.from(message);
    bytes[at] = (bytes[at] ?? 0) ^ mask;
    return bytes;
  };
  const preludeBits = Array.from({ length: 96 }, (_, bit) => flipped(bit >> 3, 1 << (bit & 7)));
  const laterBytes = Array.from({ length: message.length - 12 }, (_, index) => flipped(index + 12, 0xff));

  test.each([
    ["every bit of a prelude", preludeBits, "prelude checksum"],
    ["every byte behind it", laterBytes, "message checksum"],
  ] as const)("row 51: by %s breaks the answer at once", async (_, damages, why) => {
    for (const [index, bytes] of damages.entries()) {
      const form = streamedInTurn(index);
      rig.simulator.script(stream(text("Hello"), [{ bytes }], rest));
      const outcome = await rig.ask(form);
      expectBroken(rig, form, outcome, "Hello", "error");
      expect(rig.endOf(outcome)).toContain(why);
    }
    await rig.expectBase();
  });

  test("row 51: is a bad gateway where nothing was said before, and nothing behind it is", async () => {
    for (const checksum of ["prelude", "message"] as const) {
      const [letter] = text("secret");
      if (!letter) throw new Error("no letter");
      for (const form of forms) {
        rig.simulator.script(stream([{ corrupt: letter, checksum }], rest));
        const outcome = await rig.ask(form);
        expect(outcome).toMatchObject({ status: 502, text: "" });
        expectBroken(rig, form, outcome, "", "error");
      }
    }
    await rig.expectBase();
  });
});

describe("lengths that cannot be", () => {
  const prelude = (total: number, headers: number) =>
    forgedFrame(new Uint8Array(), new Uint8Array(), { total, headers }).subarray(0, 12);
  const lengths: Readonly<Record<string, Uint8Array>> = {
    "nothing but zeros": new Uint8Array(16),
    "a total of nothing": prelude(0, 0),
    "a total below the smallest": prelude(15, 0),
    "headers as long as the message": prelude(100, 100),
    "headers one byte too long": prelude(100, 85),
    "headers of four gigabytes": prelude(100, 0xffffffff),
    "a total of four gigabytes": prelude(0xffffffff, 0),
    "a total above the limit": prelude(24 * 1024 * 1024 + 1, 10),
  };

  test.each(Object.entries(lengths))("row 52: %s breaks the answer after twelve bytes", async (_, bytes) => {
    await expectDamage(bytes, [forever]);
    await rig.expectBase();
  });
});

describe("headers that are malformed", () => {
  const event = textHeader(":message-type", "event");
  const type = textHeader(":event-type", "assistantResponseEvent");
  const payload = json({ content: "secret" });
  const malformed: Readonly<Record<string, Uint8Array>> = {
    "an unknown type": Uint8Array.of(1, 97, 10),
    "a name past the end": Uint8Array.of(9, 97),
    "a name without a type": Uint8Array.of(1, 97),
    "a value past the end": Uint8Array.of(1, 97, 7, 0, 9, 98),
    "a number past the end": Uint8Array.of(1, 97, 5, 0),
    "a uuid past the end": Uint8Array.of(1, 97, 9, 0),
    "a name that is no UTF-8": Uint8Array.of(1, 0xff, 0),
    "a value that is no UTF-8": Uint8Array.of(1, 97, 7, 0, 1, 0xff),
  };

  test.each(Object.entries(malformed))("row 53: with %s break the answer", async (_, header) => {
    await expectDamage(forgedFrame(Buffer.concat([event, type, header]), payload));
    await rig.expectBase();
  });

  test("row 53: that come twice count with their last value", async () => {
    const twice = Buffer.concat([textHeader(":event-type", "codeEvent"), event, type, event]);
    for (const form of forms) {
      rig.simulator.script(
        stream(text("Hel"), [{ bytes: forgedFrame(twice, json({ content: "lo" })) }], ending()),
      );
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
    }
    await rig.expectBase();
  });

  test("row 53: of any bytes are either read or break the answer", async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (header) => {
      const form = streamedInTurn(header.length);
      rig.simulator.script(
        stream(text("Hello"), [{ bytes: forgedFrame(header, payload) }], ending("END_TURN")),
      );
      const outcome = await rig.ask(form);
      if (outcome.failure) expectBroken(rig, form, outcome, "Hello", "error");
      else expect(outcome.text).toBe("Hello");
    });
    await fc.assert(property, { numRuns: 200 });
    await rig.expectBase();
  });
});

describe("messages that nobody knows", () => {
  const unknown: Readonly<Record<string, ScriptedStep>> = {
    "an event of a new type": { type: "brandNewEvent", payload: { content: "not for you" } },
    "an event without a type": {
      bytes: forgedFrame(textHeader(":message-type", "event"), json({ content: "no" })),
    },
    "an event with a type that is no text": {
      bytes: forgedFrame(
        Buffer.concat([
          textHeader(":message-type", "event"),
          Uint8Array.of(11),
          Buffer.from(":event-type"),
          Uint8Array.of(0),
        ]),
        json({}),
      ),
    },
    "a message of a new kind": {
      bytes: forgedFrame(textHeader(":message-type", "poem"), json({ content: "no" })),
    },
    "a message without headers": { bytes: forgedFrame(new Uint8Array(), json({ content: "no" })) },
    "a message without anything": { bytes: forgedFrame(new Uint8Array(), new Uint8Array()) },
    "a new event that is no JSON": {
      bytes: forgedFrame(
        Buffer.concat([textHeader(":message-type", "event"), textHeader(":event-type", "poem")]),
        Buffer.from("{"),
      ),
    },
  };

  test.each(Object.entries(unknown))("row 54: are skipped: %s", async (_, step) => {
    for (const form of forms) {
      rig.simulator.script(
        stream([step], text("Hel"), [step], text("lo"), [step], ending("END_TURN"), [step]),
      );
      const outcome = await rig.ask(form);
      expect(outcome).toMatchObject({ status: 200, text: "Hello", failure: undefined });
      expect(rig.endOf(outcome)).toMatch(/^\S+ info .* end=ok .* unknown=4\b/);
      expect(rig.log.join("")).not.toContain("brandNewEvent");
    }
    await rig.expectBase();
  });
});

describe("a payload that is not what its event's type promises", () => {
  const payloads: Readonly<Record<string, readonly unknown[]>> = {
    assistantResponseEvent: ["Hi", 5, [], null, true, { content: 5 }, { content: {} }, { content: ["a"] }],
    reasoningContentEvent: ["Hi", 5, { text: 5 }, { text: "a", signature: {} }, { redactedContent: 5 }],
    toolUseEvent: [
      [],
      { toolUseId: 5, name: "read" },
      { toolUseId: "a", name: [] },
      { input: "{}" },
      { stop: true },
    ],
    metadataEvent: ["Hi", 7, { stopReason: 5 }],
  };
  const cases = Object.entries(payloads).flatMap(([type, all]) =>
    all.map((payload) => [type, payload] as const),
  );

  test.each(cases)("row 58: breaks the answer: %s of %j", async (type, payload) => {
    for (const form of forms) {
      rig.simulator.script(stream(text("Hello"), [{ type, payload }], rest));
      expectBroken(rig, form, await rig.ask(form), "Hello", "error");
    }
    await rig.expectBase();
  });

  test.each(Object.keys(payloads))(
    "row 58: breaks the answer where it is no JSON or no UTF-8: %s",
    async (type) => {
      const headers = Buffer.concat([textHeader(":message-type", "event"), textHeader(":event-type", type)]);
      for (const payload of ["", "{", '{"content":"a"', '{"content":"a"}}', "<html>"])
        await expectDamage(forgedFrame(headers, Buffer.from(payload)));
      await expectDamage(forgedFrame(headers, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])));
      await rig.expectBase();
    },
  );
});

describe("bytes that were tampered with", () => {
  const answers = [
    ...Object.values(recorded),
    [...text("Hello"), ...tool("tooluse_a", "read", "{}"), ...ending()],
  ];

  interface Mutation {
    kind: "flip" | "insert" | "delete" | "duplicate" | "truncate";
    place: number;
    length: number;
    byte: number;
  }
  const mutations = fc.record<Mutation>({
    kind: fc.constantFrom("flip", "insert", "delete", "duplicate", "truncate"),
    place: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
    byte: fc.integer({ min: 1, max: 255 }),
  });

  function mutated(bytes: Uint8Array, { kind, place, length, byte }: Mutation): Uint8Array {
    const at = place % bytes.length;
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (kind) {
      case "flip":
        return Buffer.concat([before, Uint8Array.of((after[0] ?? 0) ^ byte), after.subarray(1)]);
      case "insert":
        return Buffer.concat([before, new Uint8Array(length).fill(byte), after]);
      case "delete":
        return Buffer.concat([before, after.subarray(length)]);
      case "duplicate":
        return Buffer.concat([before, after.subarray(0, length), after]);
      case "truncate":
        return before;
    }
  }

  test(
    "property 2: give a beginning of what was said and one failure, or an end that was true",
    async () => {
      const choices = [
        fc.constantFrom(...answers),
        fc.array(mutations, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...forms),
      ] as const;
      const property = fc.asyncProperty(...choices, async (messages, changes, form) => {
        const bytes = changes.reduce(mutated, encodedAll(messages));
        rig.simulator.script({ events: [{ bytes }], chunking: 1 + ((changes[0]?.place ?? 0) % 90) });
        const outcome = await rig.ask(form);
        expect(textOf(messages)).toStartWith(outcome.text);
        if (outcome.failure) return expectBroken(rig, form, outcome, textOf(messages), "warn|error");
        // The service need not say that it is done: bytes that end well between two messages are a whole answer.
        const count = messages.findIndex((_, index) =>
          encodedAll(messages.slice(0, index + 1)).equals(bytes),
        );
        expect(count).not.toBe(-1);
        expect(outcome.text).toBe(textOf(messages.slice(0, count + 1)));
      });
      await fc.assert(property, cases);
      await rig.expectBase();
    },
    timeFor(),
  );
});
