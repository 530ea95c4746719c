import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ServiceEvent } from "../../src/amazonq/response/events.ts";
import { turnDecoder } from "../../src/amazonq/response/turn.ts";
import { parseJsonObject } from "../../src/json.ts";
import { pipe, run } from "../../src/stream/stage.ts";
import { turnFold } from "../../src/turn/collect.ts";
import type { Conversation, OutputFormat, Settings, ToolChoice } from "../../src/turn/conversation.ts";
import { isEnding, type StopReason, type TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { conversation, tool, user } from "../support/request.ts";
import { spoken } from "../support/turns.ts";

const context = {
  modelId: "claude-opus-5",
  conversationId: "c-1",
  toolNames: new Map(),
  isDelimited: true,
  mask: (text: string) => text,
  inputTokens: 1,
  contextWindow: 200_000,
};

type Asks = Pick<Conversation, "settings" | "toolChoice">;

/** The answer as a client that asks for this gets it; undefined when it fails. */
function answerTo(asks: Asks, events: readonly ServiceEvent[]): TurnEvent[] | undefined {
  const asked = conversation([user("Hello")], { tools: [tool("read")], ...asks });
  const { stage } = honour(asked, { inputTokens: 1, limitsOutput: false });
  try {
    const told = run(pipe(turnDecoder(context), stage), events);
    return told.slice(0, told.findIndex(isEnding) + 1);
  } catch {
    return undefined;
  }
}

const endingOf = (events: readonly TurnEvent[]): StopReason | undefined => {
  const last = events.at(-1);
  return last?.type === "turn-end" ? last.stopReason : undefined;
};

/** Whether some call in the answer has arguments that are no object. */
function hasBrokenCall(events: readonly TurnEvent[]): boolean {
  const fold = turnFold();
  for (const event of events) fold.push(event);
  return fold.parts.some((part) => part.type === "tool-call" && !parseJsonObject(part.json));
}

const fragment = (id: string, name: string, input: string, stop: boolean): ServiceEvent => ({
  type: "tool-use",
  id,
  name,
  input,
  stop,
});
const says = (text: string): ServiceEvent => ({ type: "text", text });
const ends = (stopReason?: string): ServiceEvent => ({ type: "metadata", stopReason, usage: undefined });

const settings: readonly Settings[] = [
  { parallelToolCalls: false },
  { stopSequences: ["STOP"] },
  { output: {} },
  { output: { schema: { type: "array" } } },
  { maxTokens: 12 },
];

const reasons = ["TOOL_USE", "END_TURN", "MAX_TOKENS", "CONTENT_FILTERED", "STOP_SEQUENCE", undefined];
const pieces = ['{"a"', ":1", "}", '{"value":1}', "{}", ",", "oops", "[1]", "12", '"', "", ""];

const anyEvent = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom("t1", "t2", "t3", ""),
        fc.constantFrom("read", "final_answer", ""),
        fc.constantFrom(...pieces),
        fc.boolean(),
      )
      .map((made) => fragment(...made)),
  },
  { weight: 1, arbitrary: fc.constantFrom("a", "STOP", '{"a":1}').map(says) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "s").map(
      (signature): ServiceEvent => ({
        type: "reasoning",
        text: "Hm.",
        signature,
        redacted: "",
      }),
    ),
  },
);
const anyAnswer = fc
  .tuple(fc.array(anyEvent, { minLength: 1, maxLength: 12 }), fc.constantFrom(...reasons))
  .map(([events, reason]) => [...events, ends(reason)]);
const anyAsks = (output?: OutputFormat): fc.Arbitrary<Asks> =>
  fc.record({
    settings: fc.subarray([...settings]).map((chosen) => Object.assign({}, ...chosen, output && { output })),
    toolChoice: fc.constantFrom<ToolChoice>(
      { type: "auto" },
      { type: "none" },
      { type: "tool", name: "read" },
    ),
  });

describe("a call whose arguments are no object", () => {
  test("never stands in an answer that ends well, whatever comes and whatever was asked", () => {
    let broken = 0;
    const property = fc.property(anyAsks(), anyAnswer, (asks, events) => {
      const answer = answerTo(asks, events);
      if (!answer || !hasBrokenCall(answer)) return;
      broken++;
      expect(endingOf(answer)).toBeOneOf(["length", "malformed-call"]);
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(broken).toBeGreaterThan(200);
  });

  test("is never the answer in a format that was kept to", () => {
    let kept = 0;
    const property = fc.property(anyAsks({}), anyAnswer, ({ settings }, events) => {
      const answer = answerTo({ settings, toolChoice: { type: "auto" } }, events) ?? [];
      if (endingOf(answer) !== "end") return;
      kept++;
      expect(parseJsonObject(spoken(answer))).toBeDefined();
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(kept).toBeGreaterThan(20);
  });

  const cut = fragment("t1", "read", '{"a":', true);
  const next = fragment("t2", "read", "{}", true);
  const asAnswer = fragment("t1", "final_answer", '{"a":', true);
  test.each<[string, Settings, ServiceEvent[], StopReason]>([
    ["alone", {}, [cut, ends("TOOL_USE")], "malformed-call"],
    ["before another", {}, [cut, next, ends("TOOL_USE")], "malformed-call"],
    ["behind another", {}, [next, fragment("t3", "read", "12", true), ends()], "malformed-call"],
    ["where the service says that it has cut the answer", {}, [cut, ends("MAX_TOKENS")], "length"],
    ["that was never finished", {}, [fragment("t1", "read", '{"a":', false), ends("TOOL_USE")], "length"],
    ["before one too many", { parallelToolCalls: false }, [cut, next, ends("TOOL_USE")], "malformed-call"],
    ["before a stop sequence", { stopSequences: ["STOP"] }, [cut, says("STOP"), ends()], "malformed-call"],
    ["before the limit", { maxTokens: 2 }, [cut, says("one two three four"), ends()], "length"],
    ["as the answer in a format", { output: {} }, [asAnswer, ends("TOOL_USE")], "length"],
    [
      "as the answer in a format, before one too many",
      { output: {}, parallelToolCalls: false },
      [asAnswer, next, ends("TOOL_USE")],
      "length",
    ],
  ])("%s leaves no doubt of it", (_, asked, events, stopReason) => {
    const answer = answerTo({ settings: asked, toolChoice: { type: "auto" } }, events) ?? [];
    expect(endingOf(answer)).toBe(stopReason);
    expect(answer.filter(({ type }) => type === "tool-call-end").length).toBeLessThanOrEqual(
      events.includes(next) ? 1 : 0,
    );
  });

  test("is dropped where it is a second answer in a format, which had one already", () => {
    const first = fragment("t1", "final_answer", '{"a":1}', true);
    const second = fragment("t2", "final_answer", "{", true);
    const answer =
      answerTo({ settings: { output: {} }, toolChoice: { type: "auto" } }, [
        first,
        second,
        ends("TOOL_USE"),
      ]) ?? [];
    expect({ text: spoken(answer), stopReason: endingOf(answer) }).toEqual({
      text: '{"a":1}',
      stopReason: "end",
    });
  });
});
