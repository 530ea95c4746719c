import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ScriptedMessage, ScriptedStep } from "../../src/simulator/script.ts";
import { ending, exception, openTool, reasoning, stream, text, tool } from "../support/script.ts";
import { expectBroken } from "./support/broken.ts";
import { forms, streamed } from "./support/forms.ts";
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
    expectBroken(rig, form, await rig.ask(form), "Hello");
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
      const form = streamed[index % 2] ?? streamed[0];
      if (!form) throw new Error("no form");
      rig.simulator.script(stream(text("Hello"), [{ bytes }], rest));
      const outcome = await rig.ask(form);
      expectBroken(rig, form, outcome, "Hello");
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
        expectBroken(rig, form, outcome, "");
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
    const before = process.memoryUsage.rss();
    await expectDamage(bytes, [forever]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50_000_000);
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
      const form = streamed[header.length % 2] ?? streamed[0];
      if (!form) throw new Error("no form");
      rig.simulator.script(
        stream(text("Hello"), [{ bytes: forgedFrame(header, payload) }], ending("END_TURN")),
      );
      const outcome = await rig.ask(form);
      if (outcome.failure) expectBroken(rig, form, outcome, "Hello");
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
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
    }
    await rig.expectBase();
  });
});

interface Failing {
  step: ScriptedMessage;
  status: readonly [openai: number, anthropic: number];
  type: readonly [openai: string, anthropic: string];
  class: string;
  /** Requests while retries are left. */
  requests?: number;
}
const capacity = {
  status: [503, 529],
  type: ["server_error", "overloaded_error"],
  class: "overloaded",
} as const;
const fault = {
  status: [500, 500],
  type: ["server_error", "api_error"],
  class: "upstream",
  requests: 3,
} as const;
const invalid = { status: [400, 400], type: ["invalid_request_error", "invalid_request_error"] } as const;
const denied = {
  status: [403, 403],
  type: ["permission_error", "permission_error"],
  class: "permission",
} as const;

/** Every exception that the service's model has for an answer, and the forms that a failure may have besides. */
const failing: Readonly<Record<string, Failing>> = {
  ThrottlingException: {
    step: exception("ThrottlingException", "Too many requests."),
    status: [429, 429],
    type: ["rate_limit_error", "rate_limit_error"],
    class: "rate-limit",
    requests: 2,
  },
  "ThrottlingException for want of capacity": {
    step: exception("ThrottlingException", "Busy.", "INSUFFICIENT_MODEL_CAPACITY"),
    ...capacity,
    requests: 2,
  },
  "ThrottlingException of the month": {
    step: exception("ThrottlingException", "No more.", "MONTHLY_REQUEST_COUNT"),
    status: [402, 402],
    type: ["insufficient_quota", "billing_error"],
    class: "quota",
  },
  ServiceQuotaExceededException: {
    step: exception("ServiceQuotaExceededException", "You have reached the limit."),
    status: [402, 402],
    type: ["insufficient_quota", "billing_error"],
    class: "quota",
  },
  ValidationException: {
    step: exception("ValidationException", "No."),
    ...invalid,
    class: "invalid-request",
  },
  "ValidationException of length": {
    step: exception("ValidationException", "Input is too long."),
    ...invalid,
    class: "context-length",
  },
  "ValidationException of a conversation": {
    step: exception("ValidationException", "No.", "INVALID_CONVERSATION_ID"),
    ...invalid,
    class: "invalid-request",
    requests: 2,
  },
  AccessDeniedException: { step: exception("AccessDeniedException", "Not you."), ...denied },
  ConflictException: { step: exception("ConflictException", "The key is off."), ...denied },
  ResourceNotFoundException: {
    step: exception("ResourceNotFoundException", "What?"),
    ...fault,
    requests: 1,
  },
  ServiceUnavailableException: {
    step: exception("ServiceUnavailableException", "Later."),
    ...capacity,
    requests: 3,
  },
  InternalServerException: { step: exception("InternalServerException", "Oh."), ...fault },
  "an exception in camel case": { step: exception("internalServerException", "Oh."), ...fault },
  "the stream's one modelled exception": { step: exception("error", "Oh."), ...fault },
  "an exception nobody knows": { step: exception("PoetryException", "Oh."), ...fault },
  "an exception that is no object": { step: { exception: "error", payload: "Oh." }, ...fault },
  "an error message": { step: { error: "InternalError", message: "Oh." }, ...fault },
  "an invalid state": {
    step: { type: "invalidStateEvent", payload: { reason: "X", message: "Oh." } },
    ...fault,
  },
};

describe("a failure inside the stream", () => {
  const patient = startRig();
  afterAll(patient.stop);

  test.each(Object.entries(failing))(
    "row 55: before content is as the same failure by HTTP: %s",
    async (_, { step, status, type, requests = 1, ...told }) => {
      for (const form of forms) {
        const [index, before] = [form.protocol === "openai" ? 0 : 1, patient.hits()];
        patient.simulator.script(...Array.from({ length: requests }, () => stream([step], rest)));
        const outcome = await patient.ask(form);
        expect(outcome).toMatchObject({ status: status[index], text: "", failure: { type: type[index] } });
        expect(patient.endOf(outcome)).toContain(`class=${told.class} `);
        expect(patient.hits() - before).toBe(requests);
      }
      await patient.expectBase();
    },
  );

  const passing = Object.entries(failing).filter(([, { requests = 1 }]) => requests > 1);
  test.each(passing)(
    "row 55: before content is not seen by the client when it passes: %s",
    async (_, { step }) => {
      for (const form of forms) {
        patient.simulator.script(stream([step]), stream(text("Hello"), ending("END_TURN")));
        expect(await patient.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
      }
      await patient.expectBase();
    },
  );

  const said = [
    ...reasoning(["Hm."], "c2lnbmF0dXJl"),
    ...text("Let ", "me"),
    ...openTool("tooluse_a", "read", '{"pa'),
  ];

  test.each(Object.entries(failing))(
    "row 56: after content ends the answer with its class, whatever was said: %s",
    async (_, { step, type, ...told }) => {
      for (let count = 1; count <= said.length; count++) {
        for (const form of forms) {
          const before = patient.hits();
          patient.simulator.script(stream(said.slice(0, count), [step], rest));
          const outcome = await patient.ask(form);
          expect(outcome.stopReason).toBeUndefined();
          expect("Let me").toStartWith(outcome.text);
          expect(outcome.failure).toMatchObject({ type: type[form.protocol === "openai" ? 0 : 1] });
          expect(patient.endOf(outcome)).toContain(`class=${told.class} `);
          expect(patient.hits() - before).toBe(1);
        }
      }
      await patient.expectBase();
    },
  );

  test("row 56: of length ends the answer as cut by length, when there is some of it", async () => {
    const tooLong = exception("ContentLengthExceededException", "Too long.");
    for (const form of forms) {
      patient.simulator.script(stream(text("Hello"), [tooLong]));
      expect(await patient.ask(form)).toMatchObject({
        status: 200,
        text: "Hello",
        stopReason: form.protocol === "openai" ? "length" : "max_tokens",
      });
    }
    await patient.expectBase();
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
      expectBroken(rig, form, await rig.ask(form), "Hello");
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

  test("property 2: give a beginning of what was said and one failure, or an end that was true", async () => {
    const choices = [
      fc.constantFrom(...answers),
      fc.array(mutations, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...forms),
    ] as const;
    const property = fc.asyncProperty(...choices, async (messages, changes, form) => {
      const whole = encodedAll(messages);
      const bytes = changes.reduce(mutated, whole);
      rig.simulator.script({ events: [{ bytes }], chunking: 1 + ((changes[0]?.place ?? 0) % 90) });
      const outcome = await rig.ask(form);
      expect(textOf(messages)).toStartWith(outcome.text);
      if (outcome.failure) return expectBroken(rig, form, outcome, textOf(messages));
      // What ended well lost at most messages that say nothing: whole ones, at its end.
      expect(Buffer.compare(whole.subarray(0, bytes.length), bytes)).toBe(0);
      expect(outcome.text).toBe(textOf(messages));
    });
    await fc.assert(property, { numRuns: 1000 });
    await rig.expectBase();
  }, 60_000);
});
