import { describe, expect, test } from "bun:test";
import { wrapper } from "../../../src/amazonq/request/wrapped-arguments.ts";
import { eventDecoder } from "../../../src/amazonq/response/events.ts";
import { neverEmpty } from "../../../src/amazonq/response/never-empty.ts";
import { type TurnContext, turnDecoder } from "../../../src/amazonq/response/turn.ts";
import { frameDecoder } from "../../../src/eventstream/framing.ts";
import { pipe, run } from "../../../src/stream/stage.ts";
import type { TurnEnd, TurnEvent } from "../../../src/turn/events.ts";
import { errorFrame, exception, frame } from "../../support/frames.ts";

const context: TurnContext = {
  toolNames: new Map([["short", "the_client's_own_name"]]),
  isDelimited: true,
  mask: (text) => text,
  inputTokens: 12,
  contextWindow: 200_000,
  modelId: "claude-opus-5",
  conversationId: "c-1",
};

const text = (content: string) => frame("assistantResponseEvent", { content });
const tool = (toolUseId: string, rest: object = {}, name = "read") =>
  frame("toolUseEvent", { toolUseId, name, ...rest });
const metadata = (stopReason?: string) => frame("metadataEvent", { stopReason });
const metering = frame("meteringEvent", { usage: 0.1, unit: "credit" });

const decode = (frames: readonly Uint8Array[], given: Partial<TurnContext> = {}): TurnEvent[] =>
  run(
    pipe(pipe(frameDecoder(1e6), eventDecoder), pipe(turnDecoder({ ...context, ...given }), neverEmpty)),
    frames,
  );

/** An answer in one line: text as it is, calls as name#id(json), a call without its end unclosed. */
const sketch = (events: readonly TurnEvent[]): string => events.map(word).join("");

function word(event: TurnEvent): string {
  switch (event.type) {
    case "text-delta":
      return event.text;
    case "reasoning-delta":
      return `<${event.text}>`;
    case "reasoning-end":
      return `[${unsealed(event.signature)}]`;
    case "redacted-reasoning":
      return `[redacted ${unsealed(event.data)}]`;
    case "tool-call-start":
      return `${event.name}#${event.id}(`;
    case "tool-call-delta":
      return event.json;
    case "tool-call-end":
      return ")";
    case "search-call":
    case "search-result":
      return `<${event.type}>`;
    case "turn-end":
      return ` ${event.stopReason}`;
    case "turn-error":
      return ` ${event.error.kind}`;
  }
}
/** The service's own part of what the bridge sealed. */
const unsealed = (sealed: string) => sealed.replace(/^aqb1\.[\w-]{16}\./, "");
const ending = (events: readonly TurnEvent[]) => events.at(-1) as TurnEnd;

describe("what the model says", () => {
  test.each<[string, Uint8Array[], string]>([
    [
      "text passes unchanged, equal deltas and all",
      [text("ha"), text("ha"), text(""), text("\n\n"), text('{"content":')],
      'haha\n\n{"content": end',
    ],
    [
      "reasoning ends with its signature, which may come in pieces",
      [
        frame("reasoningContentEvent", { text: "why" }),
        frame("reasoningContentEvent", { signature: "si" }),
        frame("reasoningContentEvent", { signature: "g" }),
        text("so"),
      ],
      "<why>[sig]so end",
    ],
    [
      "reasoning between tools keeps its place",
      [
        frame("reasoningContentEvent", { text: "a", signature: "1" }),
        tool("t1", { input: "{}", stop: true }),
        frame("reasoningContentEvent", { text: "b", signature: "2" }),
        text("c"),
      ],
      "<a>[1]read#t1({})<b>[2]c tool-calls",
    ],
    [
      "reasoning that comes last is closed too",
      [text("x"), frame("reasoningContentEvent", { text: "so", signature: "s" })],
      "x<so>[s] end",
    ],
    [
      "reasoning inside a tool comes after it",
      [
        tool("t1", { input: "{" }),
        frame("reasoningContentEvent", { text: "so", signature: "s" }),
        tool("t1", { input: "}", stop: true }),
      ],
      "read#t1({})<so>[s] tool-calls",
    ],
    [
      "reasoning goes on behind a text without letters",
      [
        frame("reasoningContentEvent", { text: "why" }),
        text(""),
        frame("reasoningContentEvent", { text: " so", signature: "s" }),
        text("x"),
      ],
      "<why>< so>[s]x end",
    ],
    [
      "redacted reasoning",
      [frame("reasoningContentEvent", { redactedContent: "AAEC" }), text("x")],
      "[redacted AAEC]x end",
    ],
    [
      "a tool in fragments",
      [
        tool("t1"),
        tool("t1", { input: '{"pa' }),
        tool("t1", { input: 'th":1}' }),
        tool("t1", { stop: true }),
      ],
      'read#t1({"path":1}) tool-calls',
    ],
    ["a tool without arguments", [tool("t1"), tool("t1", { stop: true })], "read#t1({}) tool-calls"],
    [
      "a tool whose only fragment is empty",
      [tool("t1", { input: "" }), tool("t1", { stop: true })],
      "read#t1({}) tool-calls",
    ],
    ["a tool in one frame", [tool("t1", { input: '{"a":1}', stop: true })], 'read#t1({"a":1}) tool-calls'],
    [
      "arguments as an object",
      [tool("t1", { input: { a: 1 } }), tool("t1", { stop: true })],
      'read#t1({"a":1}) tool-calls',
    ],
    [
      "a fragment without id and name goes on with the open tool",
      [tool("t1", { input: '{"a"' }), frame("toolUseEvent", { input: ":1}", stop: true })],
      'read#t1({"a":1}) tool-calls',
    ],
    [
      "a first fragment without an id is one of the tool that follows",
      [
        frame("toolUseEvent", { name: "read" }),
        frame("toolUseEvent", { name: "read", input: '{"a"' }),
        tool("t1", { input: ":1}" }),
        tool("t1", { stop: true }),
      ],
      'read#t1({"a":1}) tool-calls',
    ],
    [
      "a first fragment without an id gives its name to the one that has none",
      [frame("toolUseEvent", { name: "read" }), frame("toolUseEvent", { toolUseId: "t1", stop: true })],
      "read#t1({}) tool-calls",
    ],
    [
      "a whole tool is named by what comes after it",
      [frame("toolUseEvent", { name: "read", input: "{}", stop: true }), tool("t1")],
      "read#t1({}) tool-calls",
    ],
    [
      "a fragment without an id that names another tool begins that one",
      [
        tool("t1", { input: "{}" }),
        frame("toolUseEvent", { name: "write", input: '{"b"' }),
        tool("t2", { input: ":2}", stop: true }, "write"),
        tool("t1", { stop: true }),
      ],
      'read#t1({})write#t2({"b":2}) tool-calls',
    ],
    [
      "a stop behind a whole tool stops nothing",
      [tool("t1", { stop: true }), frame("toolUseEvent", { stop: true }), text("x")],
      "read#t1({})x tool-calls",
    ],
    [
      "a tool that is sent again is the first one",
      [tool("t1", { input: '{"a":1}', stop: true }), tool("t1", { input: "{}", stop: true })],
      'read#t1({"a":1}) tool-calls',
    ],
    [
      "tools that are interleaved come one after the other",
      [
        tool("t1", { input: '{"a"' }),
        tool("t2", { input: '{"b"' }),
        tool("t1", { input: ":1}", stop: true }),
        tool("t2", { input: ":2}", stop: true }),
      ],
      'read#t1({"a":1})read#t2({"b":2}) tool-calls',
    ],
    [
      "text inside a tool comes after it",
      [tool("t1", { input: "{" }), text("meanwhile"), tool("t1", { input: "}", stop: true })],
      "read#t1({})meanwhile tool-calls",
    ],
    [
      "text inside a tool comes after it, and before what is said later, however much of the tool follows",
      [
        tool("t1", { input: "{" }),
        text("mean"),
        tool("t1", { input: '"a"' }),
        text("while"),
        tool("t1", { input: ":1}", stop: true }),
        text(", done"),
      ],
      'read#t1({"a":1})meanwhile, done tool-calls',
    ],
    ["text after tools", [tool("t1", { stop: true }), text("done")], "read#t1({})done tool-calls"],
    [
      "a tool gets the client's name back",
      [tool("t1", { stop: true }, "short")],
      "the_client's_own_name#t1({}) tool-calls",
    ],
    [
      "events that nobody knows are skipped",
      [
        frame("fancyNewEvent", { content: "no" }),
        text("yes"),
        frame("followupPromptEvent", { followupPrompt: { content: "no" } }),
      ],
      "yes end",
    ],
  ])("%s", (_, frames, expected) => {
    expect(sketch(decode([...frames, metering]))).toBe(expected);
  });
});

describe("how it ends", () => {
  const content = [text("x")];
  const thought = [frame("reasoningContentEvent", { text: "Let me" })];
  const call = [tool("t1", { stop: true })];
  const open = [tool("t2", { input: '{"a":' })];
  const broken = [tool("t1", { input: "{oops", stop: true })];
  test.each<[string, Uint8Array[], string | undefined, string]>([
    ["END_TURN", content, "END_TURN", "end"],
    ["END_TURN with calls", call, "END_TURN", "tool-calls"],
    ["in lower case", content, "max_tokens", "length"],
    ["TOOL_USE", call, "TOOL_USE", "tool-calls"],
    ["TOOL_USE without any call", content, "TOOL_USE", "end"],
    ["MAX_TOKENS", content, "MAX_TOKENS", "length"],
    ["MAX_TOKENS inside a call", open, "MAX_TOKENS", "length"],
    ["STOP_SEQUENCE", content, "STOP_SEQUENCE", "stop-sequence"],
    ["MODEL_CONTEXT_WINDOW_EXCEEDED", content, "MODEL_CONTEXT_WINDOW_EXCEEDED", "context-window"],
    ["CONTENT_FILTERED", content, "CONTENT_FILTERED", "content-filter"],
    ["CONTENT_FILTERED before anything was said", [], "CONTENT_FILTERED", "content-filter"],
    ["MAX_TOKENS in a thought", thought, "MAX_TOKENS", "length"],
    ["a thought that nothing proves behind the answer", [...content, ...thought], "END_TURN", "end"],
    ["GUARDRAIL_INTERVENED", content, "GUARDRAIL_INTERVENED", "content-filter"],
    ["MALFORMED_TOOL_USE with text", content, "MALFORMED_TOOL_USE", "end"],
    ["a reason that is new", content, "BORED", "end"],
    ["no reason", content, undefined, "end"],
    ["no reason, a call", call, undefined, "tool-calls"],
    ["no reason, a call that is not whole", open, undefined, "length"],
    ["arguments that are not JSON", broken, "TOOL_USE", "malformed-call"],
    ["arguments that are not JSON, and no reason", broken, undefined, "malformed-call"],
    ["arguments that the limit made no JSON", broken, "MAX_TOKENS", "length"],
    ["arguments that the window made no JSON", broken, "MODEL_CONTEXT_WINDOW_EXCEEDED", "context-window"],
    ["arguments that are not JSON, and a call that is not whole", [...broken, ...open], undefined, "length"],
  ])("%s", (_, frames, reason, expected) => {
    expect(ending(decode([...frames, metadata(reason)])).stopReason).toBe(expected as TurnEnd["stopReason"]);
  });

  test("accounts that never get metadata end well when the bytes end well", () => {
    expect(sketch(decode([text("x")]))).toBe("x end");
  });
  test.each(["ContentLengthExceededException", "contentLengthExceededException"])(
    "an overflow after content is a length limit: %s",
    (type) => {
      const frames = [text("x"), exception(type, { message: "m" })];
      for (const isDelimited of [true, false])
        expect(sketch(decode(frames, { isDelimited }))).toBe("x length");
    },
  );
  test("a call that the length limit cut has no end", () => {
    expect(sketch(decode([...open, metadata("MAX_TOKENS")]))).toBe('read#t2({"a": length');
  });
  test("a call that the length limit may have cut has no end, though its arguments look whole", () => {
    const whole = tool("t1", { input: '{"a":1}' });
    expect(sketch(decode([whole, metadata("MAX_TOKENS")]))).toBe('read#t1({"a":1} length');
    expect(sketch(decode([whole, metadata("TOOL_USE")]))).toBe('read#t1({"a":1}) tool-calls');
  });
  test("a call whose arguments are not JSON has no end, and the next one has", () => {
    const frames = [...broken, text("So."), tool("t2", { stop: true }), metadata("TOOL_USE")];
    expect(sketch(decode(frames))).toBe("read#t1({oopsSo.read#t2({}) malformed-call");
  });
});

describe("what is no answer", () => {
  const thought = frame("reasoningContentEvent", { text: "Let me see.", signature: "s" });
  const hidden = frame("reasoningContentEvent", { redactedContent: "AAEC" });
  test.each<[string, Uint8Array[], object?]>([
    ["nothing at all", []],
    ["endings without content", [metering, metadata("END_TURN")]],
    ["thoughts alone", [thought, metadata("END_TURN")]],
    ["thoughts alone, without a reason", [thought, metering]],
    ["thoughts alone, of a model that went wrong", [thought, metadata("MALFORMED_MODEL_OUTPUT")]],
    ["a hidden thought alone", [hidden, metadata("END_TURN")]],
    [
      "a thought that nothing proves and nothing follows",
      [text("x"), frame("reasoningContentEvent", { text: "Let me" })],
    ],
    ["an open call and no sign of completion", [tool("t1", { input: "{}" })]],
    ["a fragment of no tool", [frame("toolUseEvent", { input: "{}" })]],
    ["a stop of no tool", [text("x"), frame("toolUseEvent", { stop: true })]],
    ["a tool that never gets an id", [frame("toolUseEvent", { name: "read" })]],
    [
      "a tool that gets no id before another",
      [frame("toolUseEvent", { name: "read" }), tool("t1", { stop: true }, "write")],
    ],
    [
      "a tool that never gets an id, behind one that has",
      [tool("t1", { stop: true }), frame("toolUseEvent", { name: "read", input: "{}" }), metering],
    ],
    ["a tool without a name", [tool("t1", { input: "{}", stop: true }, "")]],
    ["a payload that is no object", [text("x"), frame("assistantResponseEvent", "text")]],
    ["a payload that is missing", [text("x"), frame("assistantResponseEvent", undefined)]],
    ["a member of the wrong type", [frame("assistantResponseEvent", { content: 5 })]],
    [
      "an exception",
      [text("x"), exception("throttlingException", { message: "Rate exceeded" })],
      { kind: "rate-limit", retryAfterSeconds: 5 },
    ],
    [
      "an exception whose words are of another type",
      [exception("throttlingException", { message: 5, reason: { code: 7 } })],
      { kind: "rate-limit" },
    ],
    [
      "an exception without a payload",
      [exception("internalServerException", undefined)],
      { kind: "upstream" },
    ],
    ["an error frame", [errorFrame("InternalFailure", "boom")], { kind: "upstream" }],
    [
      "an invalid state",
      [frame("invalidStateEvent", { reason: "INVALID_TASK_ASSIST_PLAN", message: "m" })],
      { kind: "upstream" },
    ],
  ])("%s", (_, frames, expected = { kind: "protocol" }) => {
    expect(() => decode(frames)).toThrow(expect.objectContaining(expected));
  });

  test("a connection that tells no length needs a sign of completion", () => {
    expect(() => decode([text("x")], { isDelimited: false })).toThrow();
    for (const sign of [metering, metadata(), frame("contextUsageEvent", { contextUsagePercentage: 1 })])
      expect(sketch(decode([text("x"), sign], { isDelimited: false }))).toBe("x end");
  });
});

describe("oddities that the log tells of", () => {
  test.each<[string, Uint8Array[], string[]]>([
    ["none in calls one after the other", [tool("t1", { stop: true }), tool("t2", { stop: true })], []],
    ["none in a call in pieces", [tool("t1", { input: "{" }), tool("t1", { input: "}", stop: true })], []],
    ["arguments that are not JSON", [tool("t1", { input: "{oops", stop: true })], ["tool_json"]],
    ["arguments that come to no end", [tool("t1", { input: '{"a":' })], ["tool_json"]],
    [
      "a call inside another",
      [tool("t1"), tool("t2", { stop: true }), tool("t1", { stop: true })],
      ["tool_seq"],
    ],
    ["a call that goes on after its end", [tool("t1", { stop: true }), tool("t1")], ["tool_seq"]],
    [
      "a fragment of no call",
      [tool("t1", { stop: true }), frame("toolUseEvent", { stop: true })],
      ["tool_seq"],
    ],
    [
      "both",
      [tool("t1", { input: "{" }), tool("t2", { input: "oops", stop: true }), tool("t1", { stop: true })],
      ["tool_json", "tool_seq"],
    ],
    ["a reason to stop that is new", [tool("t1", { stop: true }), metadata("BORED")], ["stop_reason"]],
  ])("%s", (_, frames, expected) => {
    const oddities: string[] = [];
    decode([...frames, metadata("TOOL_USE")], { trace: { noticed: (oddity) => oddities.push(oddity) } });
    expect(oddities).toEqual(expected);
  });
});

describe("wrapped arguments", () => {
  const wrapped = `{"${wrapper}": {"$top": 1}}`;

  test("come out bare, and those of other calls as they are", () => {
    const events = decode([
      tool("a", { input: wrapped.slice(0, 9) }),
      tool("a", { input: wrapped.slice(9, -3) }),
      tool("b", { input: '{"_', stop: false }),
      tool("a", { input: wrapped.slice(-3) }),
      tool("b", { input: '":1}', stop: true }),
      tool("a", { stop: true }),
      metadata("TOOL_USE"),
    ]);
    expect(sketch(events)).toBe('read#a({"$top": 1})read#b({"_":1}) tool-calls');
  });

  test("that are cut come out as far as they came, and so does what may have been their beginning", () => {
    const cut = (length: number) =>
      sketch(decode([tool("a", { input: wrapped.slice(0, length) }), metadata("MAX_TOKENS")]));
    expect(cut(wrapped.length - 3)).toBe('read#a({"$top":  length');
    expect(cut(5)).toBe('read#a({"_ar length');
  });
});

describe("usage", () => {
  test("is the service's own when it counts", () => {
    const tokenUsage = {
      uncachedInputTokens: 10,
      outputTokens: 5,
      totalTokens: 45,
      cacheReadInputTokens: 20,
      cacheWriteInputTokens: 10,
    };
    expect(ending(decode([text("x"), frame("metadataEvent", { tokenUsage })])).usage).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      cacheReadTokens: 20,
      cacheWriteTokens: 10,
      estimated: false,
    });
  });
  test("is left to be estimated otherwise", () => {
    const { usage } = ending(decode([text("x")]));
    expect(usage).toMatchObject({ inputTokens: 12, outputTokens: 0, estimated: true });
  });
  test.each([
    {},
    { totalTokens: 45 },
    { uncachedInputTokens: 10 },
    { uncachedInputTokens: 10, outputTokens: -1 },
    { uncachedInputTokens: 10.5, outputTokens: 5 },
    { uncachedInputTokens: "10", outputTokens: 5 },
    { uncachedInputTokens: 1e300, outputTokens: 5 },
  ])("is left to be estimated when the service tells no counts: %j", (tokenUsage) => {
    const { usage } = ending(decode([text("x"), frame("metadataEvent", { tokenUsage })]));
    expect(usage).toMatchObject({ inputTokens: 12, outputTokens: 0, estimated: true });
  });
});
