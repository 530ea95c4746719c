import { describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { run } from "../../src/stream/stage.ts";
import type { Conversation, Settings } from "../../src/turn/conversation.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { turnReader } from "../../src/turn/reader.ts";
import { type SearchOutcome, searchFailed } from "../../src/turn/web-search.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { conversation, tool, user } from "../support/request.ts";
import { end, say, source, spoken, through, turnIn, turnOf, wholeCall } from "../support/turns.ts";

const options = { inputTokens: 7, limitsOutput: false };
const honoured = (settings: Settings, rest: Partial<Conversation> = {}) =>
  honour(conversation([user("Hello")], { settings, ...rest }), options);

describe("what the client asked for and the service has no setting for", () => {
  test("is nothing for most: the conversation and its answer are passed on untouched", () => {
    const asked = conversation([user("Hello")], { tools: [tool("read")] });
    const { conversation: question, stage } = honour(asked, options);
    const sink = { push() {}, end() {} };
    expect(question).toBe(asked);
    expect(stage(sink)).toBe(sink);
  });

  test("a limit of nothing asks for the least there is, and leaves all else as it was", () => {
    const settings = { parallelToolCalls: false, stopSequences: ["x"] };
    const asked = { system: ["Be brief."], tools: [tool("read")] };
    expect(honoured({ ...settings, maxTokens: 0 }, asked).conversation).toEqual(
      conversation([user("Hello")], { ...asked, settings: { ...settings, maxTokens: 1 } }),
    );
  });

  test("a chosen tool is the only one offered", () => {
    const tools = [tool("read"), tool("write"), tool("read")];
    const { conversation: question } = honoured({}, { tools, toolChoice: { type: "tool", name: "write" } });
    expect(question.tools).toEqual([tool("write")]);
    expect(question.toolChoice).toEqual({ type: "tool", name: "write" });
  });

  test("with a chosen tool there is no other answer to be formed", () => {
    const asked = { tools: [tool("read")], toolChoice: { type: "tool", name: "read" } } as const;
    expect(honoured({ output: {} }, asked).conversation).toMatchObject({ ...asked, system: [] });
  });

  test("where one of the client's tools must be called there is no other answer to be formed", () => {
    const asked = { tools: [tool("read")], toolChoice: { type: "required" } } as const;
    expect(honoured({ output: {} }, asked).conversation).toMatchObject({ ...asked, system: [] });
  });

  test.each([{ type: "required" }, { type: "tool", name: "read" }] as const)(
    "and an answer all the same is no success unless it has the form: %j",
    (toolChoice) => {
      const { stage } = honoured({ output: {} }, { tools: [tool("read")], toolChoice });
      expect(run(stage, [say("No."), end()])).toEqual([say("No."), end("content-filter")]);
      expect(run(stage, [say("{}"), end()])).toEqual([say("{}"), end()]);
      const called = [say("So."), ...wholeCall("1", "read", "{}"), end("tool-calls")];
      expect(run(stage, called)).toEqual(called);
    },
  );

  test.each([{ type: "required" }, { type: "tool", name: "web_search" }] as const)(
    "where a search may be what must be called, the answer after it is formed: %j",
    (toolChoice) => {
      const tools = [tool("read"), { ...tool("web_search"), webSearch: {} }];
      const { conversation: question } = honoured({ output: {} }, { tools, toolChoice });
      expect(question.toolChoice).toEqual(toolChoice);
      expect(question.tools.map(({ name }) => name)).toEqual(["read", "web_search", "final_answer"]);
    },
  );

  test.each(["auto", "none", "required"] as const)("the choice %p leaves all tools offered", (type) => {
    const tools = [tool("read"), tool("write")];
    expect(honoured({}, { tools, toolChoice: { type } }).conversation.tools).toEqual(tools);
  });

  const call = wholeCall("1", "final_answer", '{"a":"one"', ',"b":"two three four five six seven"}');
  const second = wholeCall("2", "final_answer", "{}");
  const all: [string, Settings, TurnEvent[], Partial<ReturnType<typeof end>> & { text: string }][] = [
    [
      "stop sequences are looked for in a structured answer",
      { output: {}, stopSequences: ["two"] },
      [...call, end("tool-calls")],
      { text: '{"a":"one","b":"', stopReason: "stop-sequence", stopSequence: "two" },
    ],
    [
      "the limit is one on a structured answer",
      { output: {}, maxTokens: 5 },
      [...call, end("tool-calls")],
      { text: expect.stringMatching(/^\{"a":"one/), stopReason: "length" },
    ],
    [
      "of a structured answer a second call is not waited for",
      { output: {}, parallelToolCalls: false },
      [...call, ...second, end("tool-calls")],
      { text: '{"a":"one","b":"two three four five six seven"}', stopReason: "end" },
    ],
    [
      "a stop sequence before the limit wins",
      { maxTokens: 5, stopSequences: ["."] },
      [say("One. Two three four five six seven eight."), end()],
      { text: "One", stopReason: "stop-sequence" },
    ],
    [
      "the limit before a stop sequence wins",
      { maxTokens: 5, stopSequences: ["."] },
      [say("One two three four five six seven eight nine."), end()],
      { text: expect.stringMatching(/^One two/), stopReason: "length" },
    ],
    [
      "all of them, and none has anything to do",
      { maxTokens: 500, stopSequences: ["STOP"], output: {}, parallelToolCalls: false },
      [...call, end("tool-calls")],
      { text: '{"a":"one","b":"two three four five six seven"}', stopReason: "end" },
    ],
  ];
  test.each(all)("%s", async (_name, settings, events, { text, ...ending }) => {
    for (const batches of [[events], events.map((event) => [event])]) {
      const answered = (await through(turnOf(...batches), honoured(settings).stage)).flat();
      expect(spoken(answered)).toEqual(text);
      expect(answered.at(-1)).toMatchObject(ending);
      expect(answered.filter(({ type }) => type === "turn-end")).toHaveLength(1);
    }
  });
});

describe("an answer that is ended before its time", () => {
  const searched = (id: string, inputTokens: number, outcome: SearchOutcome): TurnEvent[] => [
    { type: "search-call", id, query: "bun" },
    { type: "search-result", id, outcome, inputTokens },
  ];
  const searches = [
    ...searched("1", 50, { type: "found", results: [] }),
    ...searched("2", 60, searchFailed("unavailable")),
    say("So."),
    ...searched("3", 200, { type: "found", results: [] }),
  ];

  test.each<[string, Settings, TurnEvent[]]>([
    ["by a stop sequence", { stopSequences: ["STOP"] }, [say("STOP")]],
    ["by the limit", { maxTokens: 5 }, [say("One two three four five six seven.")]],
    [
      "by a second call",
      { parallelToolCalls: false },
      [...wholeCall("1", "read", "{}"), ...wholeCall("2", "read", "{}")],
    ],
  ])("%s tells of the searches, and of all that was read for them", async (_, settings, rest) => {
    const ended = (await through(turnOf([...searches, ...rest, end()]), honoured(settings).stage)).flat();
    expect(ended.at(-1)).toMatchObject({ usage: { inputTokens: 200, searches: 2, estimated: true } });
    const other = (await through(turnOf([...rest, end()]), honoured(settings).stage)).flat().at(-1);
    expect(other).toMatchObject({ type: "turn-end", usage: { inputTokens: options.inputTokens } });
    expect(other).not.toHaveProperty("usage.searches");
  });
});

describe("an answer that is watched", () => {
  const settings: Settings = { stopSequences: ["STOP"] };

  test("keeps the service's batches", async () => {
    const batches = [[say("a"), say("b")], [say("c")], [say("d"), end()]];
    expect(await through(turnOf(...batches), honoured(settings).stage)).toEqual(batches);
  });

  test("that is given up is given up at the service within a turn of the event loop", async () => {
    const turn = source([[say("a")]], { thenSilent: true });
    const reader = turnReader(Promise.resolve(turnIn(turn.stream)), honoured(settings).stage);
    await reader.read();
    reader.read();
    await until(() => turn.pulls() === 2);
    reader.cancel("gone");
    await turnOfLoop();
    expect(turn.cancellations).toEqual(["gone"]);
  });

  test("that errors has failed inside, and says no more", async () => {
    const turn = source([[say("a")]], { thenFail: new Error("secret") });
    const [first, second] = await through(turnIn(turn.stream), honoured(settings).stage);
    expect(first).toEqual([say("a")]);
    const [failure] = second ?? [];
    if (failure?.type !== "turn-error") throw new Error("It has not failed.");
    expect(failure.error).toBeInstanceOf(BridgeError);
    expect(failure.error.message).not.toContain("secret");
  });
});
