import { describe, expect, test } from "bun:test";
import { decodeResponsesRequest } from "../../../src/protocols/openai-responses/decode.ts";
import { ResponsesRequest } from "../../../src/protocols/openai-responses/schema.ts";
import { createResponseStore } from "../../../src/protocols/openai-responses/store.ts";
import { threadOf } from "../../../src/protocols/openai-responses/thread.ts";
import type { Conversation, Message, Settings } from "../../../src/turn/conversation.ts";
import { busyMs } from "../../support/busy.ts";
import { assistant, call, result, user } from "../../support/request.ts";
import { canary, decodeWith, refusalOf } from "../decoding.ts";

const store = createResponseStore({ responseBytes: 0, itemBytes: 0 });
const decode = decodeWith(
  ResponsesRequest,
  (request): Conversation => decodeResponsesRequest(request, threadOf(request, store)).conversation,
);
const base = { model: "claude-sonnet-4.5" };
const decodeItems = (...input: readonly object[]): readonly Message[] => decode({ ...base, input }).messages;
const said = (...content: readonly object[]) => ({ role: "user", content });
const bytes = Buffer.alloc(600, canary).toString("base64");

describe("items", () => {
  type Case = readonly [name: string, item: object, expected: Message];
  const cases: readonly Case[] = [
    [
      "an answer in pieces",
      {
        role: "assistant",
        content: [
          { type: "output_text", text: "Hello " },
          { type: "output_text", text: "there" },
        ],
      },
      assistant("Hello there"),
    ],
    ["a refusal", { role: "assistant", content: [{ type: "refusal", refusal: "No." }] }, assistant("No.")],
    [
      "a call whose arguments are broken",
      { type: "function_call", call_id: "1", name: "a", arguments: '{"path":' },
      assistant(call("1", "a", { _raw: '{"path":' })),
    ],
    [
      "a call without arguments",
      { type: "function_call", call_id: "1", name: "a", arguments: "" },
      assistant(call("1", "a")),
    ],
    [
      "a result in parts",
      { type: "function_call_output", call_id: "1", output: [{ type: "input_text", text: "done" }] },
      user(result("1", "done")),
    ],
    [
      "a result of tomorrow, but for its bytes",
      { type: "function_call_output", call_id: "1", output: [{ type: "hologram", data: bytes }] },
      user(result("1", '[hologram] {"type":"hologram","data":"(bytes that cannot be shown)"}')),
    ],
    [
      "a part of tomorrow",
      said({ type: "hologram", angle: 5 }),
      user('[hologram] {"type":"hologram","angle":5}'),
    ],
    [
      "an item of tomorrow, but for its bytes",
      { type: "hologram_call", id: "h", result: bytes },
      user('[hologram_call] {"type":"hologram_call","id":"h","result":"(bytes that cannot be shown)"}'),
    ],
    ["a message of tomorrow", { type: "aside", role: "user", content: "Psst." }, user("Psst.")],
    [
      "what only looks like one",
      { type: "aside", role: "user", content: null },
      user('[aside] {"type":"aside","role":"user","content":null}'),
    ],
  ];

  test.each(cases)("are decoded: %s", (_, item, expected) => {
    expect(decodeItems(said({ type: "input_text", text: "Hello" }), item)).toEqual([user("Hello"), expected]);
  });

  test("that come first and instruct stand before the conversation", () => {
    const instructed = decode({
      ...base,
      instructions: "Be brief.",
      input: [
        { role: "developer", content: "Be kind." },
        { role: "user", content: "Hello" },
        { role: "system", content: "Be right." },
      ],
    });
    expect(instructed).toMatchObject({
      system: ["Be brief.", "Be kind."],
      messages: [user("Hello"), { role: "system", text: "Be right." }],
    });
  });
});

describe("settings", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const cases: readonly (readonly [members: object, settings: Settings])[] = [
    [{ reasoning: { effort: "minimal" } }, { reasoning: { enabled: true, effort: "low" } }],
    [{ reasoning: { effort: "none" } }, { reasoning: { enabled: false } }],
    [{ reasoning: { effort: null } }, {}],
    [{ text: { format: { type: "text" } } }, {}],
    [{ text: { format: { type: "json_object" } } }, { output: {} }],
    [{ text: { format: { type: "json_schema", name: "a", schema } } }, { output: { schema } }],
    [
      { text: { format: { type: "json_schema", name: "a", schema, description: "A place." } } },
      { output: { schema, description: "A place." } },
    ],
    [
      { max_output_tokens: 5, parallel_tool_calls: false },
      { maxTokens: 5, parallelToolCalls: false },
    ],
  ];

  test.each(cases)("are decoded: %j", (members, settings) => {
    expect(decode({ ...base, input: "Hello", ...members }).settings).toEqual(settings);
  });

  test("are those of the last update of each, which the model does not see", () => {
    const hello = { role: "user", content: "Hello" };
    const update = (members: object) => ({ type: "configuration_update", ...members });
    const { settings, messages } = decode({
      ...base,
      reasoning: { effort: "low" },
      text: { format: { type: "text" } },
      input: [
        hello,
        update({ reasoning: { effort: "medium" } }),
        update({ text: { format: { type: "json_schema", name: "a", schema } } }),
        update({ reasoning: { effort: "high" }, text: null }),
        update({ reasoning: { effort: null } }),
      ],
    });
    expect(settings).toEqual({ reasoning: { enabled: true, effort: "high" }, output: { schema } });
    expect(messages).toEqual([user("Hello")]);
  });
});

describe("a body that cannot be honoured", () => {
  const hello = { role: "user", content: "Hello" };
  const second = (item: object) => ({ input: [hello, item] });
  const choice = (tool_choice: unknown) => ({ tool_choice });
  type Case = readonly [param: string, members: object];
  const cases: readonly Case[] = [
    ["input[1].content[0]", second(said({ type: "input_audio", input_audio: { data: canary } }))],
    ["input[1].content[0]", second(said({ type: "input_video", data: bytes }))],
    ["input[1].content[0].image_url", second(said({ type: "input_image", image_url: `https://${canary}` }))],
    ["input[1].content[0].file_data", second(said({ type: "input_file", file_id: canary }))],
    ["input[1].id", second({ id: "msg_1" })],
    ["input[1].id", second({ type: "item_reference", id: 5 })],
    ["input[1].type", second({ type: "", call_id: canary, output: "x" })],
    ["input[1]", second({ type: "compaction_trigger" })],
    ["input[1].role", second({ role: canary, content: "Hello" })],
    ["input[1].role", second({ id: "msg_1", role: canary, content: "Hello" })],
    ["include", { include: ["message.output_text.logprobs"] }],
    ["tool_choice", choice({ type: "function", name: canary })],
    ["tool_choice.mode", choice({ type: "allowed_tools", mode: canary, tools: [] })],
    ["tool_choice.tools", choice({ type: "allowed_tools", mode: "auto" })],
  ];

  test.each(cases)("is refused naming the member, and says nothing of it back: %s", (param, members) => {
    const refusal = refusalOf(decode, { ...base, input: [hello], ...members });
    expect(refusal.param).toBe(param);
    expect(refusal.message).not.toContain(canary);
  });
});

test("a long list of allowed tools costs no more than its length", () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ type: "function", name: `read_${index}` }));
  const before = busyMs();
  const { tools } = decode({
    ...base,
    input: "Hello",
    tools: named(2_000),
    tool_choice: { type: "allowed_tools", mode: "auto", tools: named(200_000) },
  });
  expect(tools).toHaveLength(2_000);
  expect(busyMs() - before).toBeLessThan(2_000);
});
