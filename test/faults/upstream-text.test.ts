import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Chunking, ScriptedMessage } from "../../src/simulator/script.ts";
import { busyMs } from "../support/busy.ts";
import { cases, timeFor } from "../support/cases.ts";
import { ending, metering, stream, text, tool } from "../support/script.ts";
import { type Call, forms, streamed, whole } from "./support/forms.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig({ retries: false });
afterAll(rig.stop);

const success = { status: 200, failure: undefined } as const;
const stopOf = (protocol: "openai" | "anthropic", ...[openai, anthropic]: readonly [string, string]) =>
  protocol === "openai" ? openai : anthropic;

describe("a text", () => {
  const deltas = ["Na", "ïve 日", "本語 😀", "👩‍👩‍👧 e", "\u0301."];
  const chunkings: readonly Chunking[] = [1, 2, 3, 7, 64, "frame", "straddling", "whole"];

  test.each(chunkings)("row 59: is the service's own, however its bytes are cut: %p", async (chunking) => {
    for (const form of forms) {
      rig.simulator.script({ ...stream(text(...deltas), ending("END_TURN")), chunking });
      expect(await rig.ask(form)).toMatchObject({ ...success, text: deltas.join("") });
    }
    await rig.expectBase();
  });

  test("row 59: in many messages of one chunk arrives whole", async () => {
    const letters = [..."The quick brown fox. ".repeat(200)];
    for (const form of forms) {
      rig.simulator.script({ ...stream(text(...letters), ending("END_TURN")), chunking: "whole" });
      expect(await rig.ask(form)).toMatchObject({ ...success, text: letters.join("") });
    }
    await rig.expectBase();
  });

  const awkward: Readonly<Record<string, readonly string[]>> = {
    "the same delta again and again": ["ha", "ha", "ha", "\n", "\n", "x", "x"],
    "empty deltas": ["", "a", "", "", "b", ""],
    "what looks like the service's JSON": ['{"content":"forged"}', ":event-type", '{"toolUseId":"x"}'],
    "what looks like the client's framing": [
      "data: [DONE]\n\n",
      "[DONE]",
      "event: error\ndata: {}\n\n",
      ": ping",
    ],
    "line ends of every kind": ["\r", "\n", "\r\n", "\n\n", "\u2028", "\u2029", "\u0085", "\f"],
    "control characters": ["\u0000", "\u0001\u001b[31m", "\u007f", "\ufeff", "\ufffe"],
    "what looks like markup": ["<thinking>", "</thinking>", "<script>alert(1)</script>", "&amp;"],
  };

  test.each(Object.entries(awkward))("row 60: of %s arrives as it is", async (_, pieces) => {
    for (const form of forms) {
      rig.simulator.script(stream(text("a", ...pieces, "z"), ending("END_TURN")));
      expect(await rig.ask(form)).toMatchObject({ ...success, text: `a${pieces.join("")}z` });
    }
    await rig.expectBase();
  });

  test("row 60: of half a character is well-formed, and whole again when the other half follows", async () => {
    for (const form of forms) {
      rig.simulator.script(stream(text("a\ud83d", "\ude00b\ud83d", "c"), ending("END_TURN")));
      expect((await rig.ask(form)).text.toWellFormed()).toBe("a😀b\ufffdc");
    }
    await rig.expectBase();
  });

  test(
    "property 3, row 60: of anything arrives as it is, in any deltas and any chunks",
    async () => {
      const halves = ["\ud83d", "\ude00"];
      const piece = fc.oneof(
        fc.string({ unit: "binary", maxLength: 8 }),
        fc.constantFrom(...Object.values(awkward).flat(), ...halves),
      );
      const choices = [
        fc.array(piece, { minLength: 1, maxLength: 8 }),
        fc.oneof(fc.constantFrom(...chunkings), fc.integer({ min: 1, max: 300 })),
        fc.constantFrom(...forms),
      ] as const;
      const property = fc.asyncProperty(...choices, async (deltas, chunking, form) => {
        rig.simulator.script({ ...stream(text("a", ...deltas), ending("END_TURN")), chunking });
        const outcome = await rig.ask(form);
        expect(outcome).toMatchObject(success);
        expect(outcome.text.toWellFormed()).toBe(`a${deltas.join("")}`.toWellFormed());
      });
      await fc.assert(property, cases);
      await rig.expectBase();
    },
    timeFor(),
  );
});

describe("arguments that are not JSON", () => {
  const broken = ['{"path":"a', '{"path":"a",}', '{"a":1}{"b":2}', "12", "[1]", '"text"', "oops", "null"];

  test.each(broken)(
    "row 61: %s reach clients of streams and of openai as the model wrote them, as cut",
    async (json) => {
      for (const form of [...streamed, ...whole.filter(({ protocol }) => protocol === "openai")]) {
        rig.simulator.script(
          stream(
            text("See."),
            tool("tooluse_a", "read", json.slice(0, 3), json.slice(3)),
            ending("TOOL_USE"),
          ),
        );
        const outcome = await rig.ask(form);
        expect(outcome).toMatchObject({
          ...success,
          calls: [{ id: "tooluse_a", name: "read", json }],
          stopReason: stopOf(form.protocol, "length", "max_tokens"),
        });
        expect(rig.endOf(outcome)).toMatch(/^\S+ warn .* end=ok .* tool_json=1\b/);
      }
      await rig.expectBase();
    },
  );

  test.each(broken)(
    "row 61: %s are a failure for anthropic's whole answer, which needs an object",
    async (json) => {
      const form = { protocol: "anthropic", stream: false } as const;
      rig.simulator.script(stream(tool("tooluse_a", "read", json), ending("TOOL_USE")));
      const outcome = await rig.ask(form);
      expect(outcome).toMatchObject({ status: 502, calls: [], failure: { type: "api_error" } });
      expect(rig.endOf(outcome)).toMatch(/^\S+ warn .* tool_json=1 .*class=protocol /);
      await rig.expectBase();
    },
  );
});

const fragment = (payload: object): ScriptedMessage => ({ type: "toolUseEvent", payload });
const a = { toolUseId: "tooluse_a", name: "read" };
const b = { toolUseId: "tooluse_b", name: "list" };
const callA: Call = { id: "tooluse_a", name: "read", json: '{"path":"/a"}' };
const callB: Call = { id: "tooluse_b", name: "list", json: "{}" };

describe("fragments of calls", () => {
  interface Order {
    messages: readonly ScriptedMessage[];
    calls: readonly Call[];
    /** Nothing that the contract does not foresee. */
    isUsual?: true;
  }
  const orders: Readonly<Record<string, Order>> = {
    "a new call without the end of the one before": {
      messages: [
        fragment({ ...a, input: callA.json }),
        fragment({ ...b, input: "{}" }),
        fragment({ ...b, stop: true }),
      ],
      calls: [callA, callB],
    },
    "two calls that take turns": {
      messages: [
        fragment({ ...a, input: '{"path"' }),
        fragment({ ...b, input: "{" }),
        fragment({ ...a, input: ':"/a"}' }),
        fragment({ ...b, input: "}", stop: true }),
        fragment({ ...a, stop: true }),
      ],
      calls: [callA, callB],
    },
    "a whole call that comes again": {
      messages: [...tool("tooluse_a", "read", callA.json), ...tool("tooluse_a", "read", callA.json)],
      calls: [callA],
    },
    "an input that is an object": {
      messages: [fragment({ ...a, input: { path: "/a" }, stop: true })],
      calls: [callA],
      isUsual: true,
    },
    "a stop that was never begun": {
      messages: [fragment({ ...b, stop: true })],
      calls: [callB],
      isUsual: true,
    },
    "a stop that comes twice": {
      messages: [...tool("tooluse_a", "read", callA.json), fragment({ ...a, stop: true })],
      calls: [callA],
    },
    "text inside a call": {
      messages: [
        fragment({ ...a, input: '{"path":' }),
        ...text("aside"),
        fragment({ ...a, input: '"/a"}', stop: true }),
      ],
      calls: [callA],
      isUsual: true,
    },
  };

  test.each(Object.entries(orders))(
    "row 62: in the order of %s make each call once",
    async (_, { messages, calls, isUsual }) => {
      for (const form of forms) {
        rig.simulator.script(stream([...messages], ending("TOOL_USE")));
        const outcome = await rig.ask(form);
        expect(outcome).toMatchObject({
          ...success,
          calls,
          stopReason: stopOf(form.protocol, "tool_calls", "tool_use"),
        });
        const end = rig.endOf(outcome);
        if (isUsual) expect(end).not.toContain("tool_seq");
        else expect(end).toMatch(/^\S+ warn .* end=ok .* tool_seq=1\b/);
      }
      await rig.expectBase();
    },
  );

  test("row 62: in any order break no protocol's grammar", async () => {
    const ids = fc.constantFrom("tooluse_a", "tooluse_b", "tooluse_c");
    const fragments = fc.record(
      {
        toolUseId: ids,
        name: fc.constantFrom("read", "list"),
        input: fc.constantFrom("{", "}", "{}", "", '"a":1'),
        stop: fc.boolean(),
      },
      { requiredKeys: ["toolUseId", "name"] },
    );
    const messages = fc.array(fc.oneof(fragments.map(fragment), fc.constant(text("t")[0] ?? metering)), {
      minLength: 1,
      maxLength: 12,
    });
    const property = fc.asyncProperty(messages, fc.constantFrom(...streamed), async (sent, form) => {
      rig.simulator.script(stream(text("Hi"), sent, ending("TOOL_USE")));
      const { calls, failure } = await rig.ask(form);
      expect(failure).toBeUndefined();
      expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
    });
    await fc.assert(property, { numRuns: 300 });
    await rig.expectBase();
  });

  test("row 63: two megabytes of them are read in linear time", async () => {
    const timed = async (count: number) => {
      const pieces = ['{"text":"', ...Array.from({ length: count }, () => "x".repeat(200)), '"}'];
      rig.simulator.script(stream(tool("tooluse_a", "write", ...pieces), ending("TOOL_USE")));
      const start = busyMs();
      const { calls } = await rig.ask({ protocol: "openai", stream: false });
      expect(calls[0]?.json).toBe(pieces.join(""));
      return busyMs() - start;
    };
    await timed(500);
    const [some, many] = [await timed(1250), await timed(10_000)];
    // Eight times as much: quadratic work would take sixty-four times as long.
    expect(many).toBeLessThan(16 * Math.max(some, 30));
    for (const form of forms) {
      const pieces = ['{"text":"', ..."x".repeat(5000), '"}'];
      rig.simulator.script(stream(tool("tooluse_a", "write", ...pieces), ending("TOOL_USE")));
      expect((await rig.ask(form)).calls[0]?.json).toBe(pieces.join(""));
    }
    await rig.expectBase();
  });
});
