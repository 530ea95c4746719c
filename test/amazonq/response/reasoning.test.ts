import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  openReasoning,
  openRedacted,
  sealReasoning,
  sealRedacted,
} from "../../../src/amazonq/reasoning-seal.ts";
import type { ServiceEvent } from "../../../src/amazonq/response/events.ts";
import { type TurnContext, turnDecoder } from "../../../src/amazonq/response/turn.ts";
import { run } from "../../../src/stream/stage.ts";
import type { TurnEvent } from "../../../src/turn/events.ts";

const scope = { modelId: "claude-opus-5", conversationId: "c-1" };
const context: TurnContext = {
  ...scope,
  toolNames: new Map(),
  isDelimited: true,
  mask: (text) => text,
  inputTokens: 1,
  contextWindow: 200_000,
};

const thinks = (text: string, signature = "", redacted = ""): ServiceEvent => ({
  type: "reasoning",
  text,
  signature,
  redacted,
});
const says = (text: string): ServiceEvent => ({ type: "text", text });

/** All that is answered, without the ending. */
const decode = (...events: ServiceEvent[]): TurnEvent[] => run(turnDecoder(context), events).slice(0, -1);

describe("a signature on its way to the client and back", () => {
  const signed = { ...scope, text: "Let me see.", signature: "Er4B+/==" };
  const { signature: _, ...reasoning } = signed;
  const sealed = sealReasoning(signed);

  test("is the same when it returns", () => {
    expect(openReasoning(sealed, reasoning)).toBe("Er4B+/==");
  });

  test("travels as it is, behind a mark and a digest", () => {
    expect(sealed).toMatch(/^aqb1\.[\w-]{16}\.Er4B\+\/==$/);
  });

  test.each([
    ["another text", sealed, { text: "Let me see!" }],
    ["another model", sealed, { modelId: "claude-opus-4.8" }],
    ["another conversation", sealed, { conversationId: "c-2" }],
    ["a changed signature", sealed.replace("Er4B", "Er4C"), {}],
    ["a changed digest", sealed.replace(/^aqb1\../, "aqb1.~"), {}],
    ["one that others gave", "Er4B+/==", {}],
    ["none", "", {}],
    ["a seal for redacted reasoning", sealRedacted("Er4B+/==", scope), {}],
  ])("with %s is none", (_, given, changed) => {
    expect(openReasoning(given, { ...reasoning, ...changed })).toBeUndefined();
  });

  test("of redacted reasoning belongs to the same model and conversation too", () => {
    const redacted = sealRedacted("AAEC", scope);
    expect(openRedacted(redacted, scope)).toBe("AAEC");
    expect(openRedacted(redacted, { ...scope, modelId: "m" })).toBeUndefined();
    expect(openRedacted(redacted, { ...scope, conversationId: "c" })).toBeUndefined();
    expect(openRedacted(sealed, scope)).toBeUndefined();
  });
});

describe("reasoning of an answer", () => {
  test("is closed by a signature sealed for its whole text", () => {
    expect(
      decode(thinks("Let "), thinks("me see."), thinks("", "Er"), thinks("", "4B"), says("So.")),
    ).toEqual([
      { type: "reasoning-delta", text: "Let " },
      { type: "reasoning-delta", text: "me see." },
      {
        type: "reasoning-end",
        signature: sealReasoning({ ...scope, text: "Let me see.", signature: "Er4B" }),
      },
      { type: "text-delta", text: "So." },
    ]);
  });

  test("without a signature gets none", () => {
    expect(decode(thinks("Hm."), says("So."))).toEqual([
      { type: "reasoning-delta", text: "Hm." },
      { type: "reasoning-end", signature: "" },
      { type: "text-delta", text: "So." },
    ]);
  });

  test("without a text keeps its signature", () => {
    expect(decode(thinks("", "Er4B"), says("So."))[0]).toEqual({
      type: "reasoning-end",
      signature: sealReasoning({ ...scope, text: "", signature: "Er4B" }),
    });
  });

  test("in several runs has a signature for each", () => {
    const ends = decode(thinks("a", "1"), thinks("b", "2"), says("c")).filter(
      ({ type }) => type === "reasoning-end",
    );
    expect(ends).toEqual([
      { type: "reasoning-end", signature: sealReasoning({ ...scope, text: "a", signature: "1" }) },
      { type: "reasoning-end", signature: sealReasoning({ ...scope, text: "b", signature: "2" }) },
    ]);
  });

  test("that is redacted is sealed", () => {
    expect(decode(thinks("", "", "AAEC"), says("c"))[0]).toEqual({
      type: "redacted-reasoning",
      data: sealRedacted("AAEC", scope),
    });
  });

  test.each<[string, ServiceEvent[]]>([
    ["at once", [thinks("...", ".KTR~~")]],
    ["in pieces", [thinks("."), thinks(".."), thinks("", ".KT"), thinks("", "R~~")]],
  ])("that GPT models hide behind dots is not shown, when it comes %s", (_, events) => {
    expect(decode(says("So."), ...events)).toEqual([
      { type: "text-delta", text: "So." },
      { type: "redacted-reasoning", data: sealReasoning({ ...scope, text: "...", signature: ".KTR~~" }) },
    ]);
  });

  test("that only begins with dots, or has no signature, is shown", () => {
    const shown = (...events: ServiceEvent[]) =>
      decode(...events, says("c")).flatMap((event) => (event.type === "reasoning-delta" ? [event.text] : []));
    expect(shown(thinks("."), thinks(".. well"), thinks("?"))).toEqual(["... well", "?"]);
    expect(shown(thinks("..."))).toEqual(["..."]);
    expect(shown(thinks("...."))).toEqual(["...."]);
  });

  test("comes whole and opens again, however it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(".", "..", "a", "é👍", "...x")),
        fc.string({ minLength: 1 }),
        (texts, signature) => {
          const text = texts.join("");
          const events = decode(...texts.map((piece) => thinks(piece)), thinks("", signature), says("c"));
          const shown = events.flatMap((event) => (event.type === "reasoning-delta" ? [event.text] : []));
          const [last] = events.slice(-2);
          const sealed =
            last?.type === "reasoning-end"
              ? last.signature
              : last?.type === "redacted-reasoning"
                ? last.data
                : "";
          expect(shown.join("")).toBe(last?.type === "redacted-reasoning" ? "" : text);
          expect(last?.type === "redacted-reasoning").toBe(text === "...");
          expect(openReasoning(sealed, { ...scope, text })).toBe(signature);
        },
      ),
    );
  });
});
