import { describe, expect, test } from "bun:test";
import { decodeChatRequest } from "../../../src/protocols/openai/decode.ts";
import { ChatCompletionRequest } from "../../../src/protocols/openai/schema.ts";
import type { Conversation, Message } from "../../../src/turn/conversation.ts";
import { assistant, call, result, user } from "../../support/request.ts";
import { canary, decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(ChatCompletionRequest, decodeChatRequest);
const hello = { role: "user", content: "Hello" };
const asking = { model: "claude-sonnet-4.5", messages: [hello] };
const parameters = { type: "object", properties: { path: { type: "string" } } };
const picture = { type: "image" as const, data: "iVBORw0KGgo=", mediaType: "image/png" };
const imageUrl = `data:${picture.mediaType};base64,${picture.data}`;

const read = { type: "function", name: "read", description: "Reads.", parameters };
const format = { type: "grammar", syntax: "lark", definition: "start: patch" };
const patching = { type: "custom", name: "ApplyPatch", description: "Edits files.", format };
const patchingNested = {
  type: "custom",
  custom: { name: "ApplyPatch", description: "Edits files.", format },
};
const decodedPatching = {
  name: "ApplyPatch",
  description: `Edits files.\nThe text must have this format: ${JSON.stringify(format)}`,
  inputSchema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
};
const patch = "*** Begin Patch\n*** End Patch";

describe("tools in the shape of Responses", () => {
  const decodedRead = { name: "read", description: "Reads.", inputSchema: parameters };
  type Case = readonly [name: string, members: object, expected: Partial<Conversation>];
  const cases: readonly Case[] = [
    ["a function", { tools: [read] }, { tools: [decodedRead] }],
    [
      "a function with what it is not, as some libraries write it",
      { tools: [{ ...read, function: null }] },
      { tools: [decodedRead] },
    ],
    ["a custom tool", { tools: [patching] }, { tools: [decodedPatching] }],
    [
      "beside those of the protocol",
      { tools: [{ type: "function", function: { name: "list" } }, read, patchingNested] },
      { tools: [{ name: "list", description: "", inputSchema: {} }, decodedRead, decodedPatching] },
    ],
    [
      "one that is chosen",
      { tools: [read], tool_choice: { type: "function", name: "read" } },
      { toolChoice: { type: "tool", name: "read" } },
    ],
    [
      "one that is chosen with what it is not",
      { tools: [read], tool_choice: { type: "function", name: "read", function: null } },
      { toolChoice: { type: "tool", name: "read" } },
    ],
    [
      "a custom one that is chosen",
      { tools: [patching], tool_choice: { type: "custom", name: "ApplyPatch" } },
      { toolChoice: { type: "tool", name: "ApplyPatch" } },
    ],
    [
      "a custom one that is chosen as in the protocol",
      { tools: [patchingNested], tool_choice: { type: "custom", custom: { name: "ApplyPatch" } } },
      { toolChoice: { type: "tool", name: "ApplyPatch" } },
    ],
    [
      "a list of them",
      {
        tools: [read, patching],
        tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "read" }] },
      },
      { tools: [decodedRead], toolChoice: { type: "required" } },
    ],
    [
      "a custom one in a list of the protocol's",
      {
        tools: [read, patching],
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "auto", tools: [{ type: "custom", custom: { name: "ApplyPatch" } }] },
        },
      },
      { tools: [decodedPatching], toolChoice: { type: "auto" } },
    ],
  ];

  test.each(cases)("are tools like any other: %s", (_, members, expected) => {
    expect(decode({ ...asking, ...members })).toMatchObject(expected);
  });
});

test.each<[name: string, members: object, settings: Conversation["settings"]]>([
  ["an effort", { reasoning: { effort: "high" } }, { reasoning: { enabled: true, effort: "high" } }],
  ["a limit", { max_output_tokens: 500 }, { maxTokens: 500 }],
  ["a limit beside the protocol's own", { max_output_tokens: 500, max_tokens: 400 }, { maxTokens: 400 }],
  [
    "a form",
    { text: { format: { type: "json_schema", name: "a", schema: parameters } } },
    { output: { schema: parameters } },
  ],
  [
    "a form beside the protocol's own",
    { text: { format: { type: "json_object" } }, response_format: { type: "text" } },
    {},
  ],
  ["no form", { text: { verbosity: "low" } }, {}],
])("settings in the shape of Responses are kept to: %s", (_, members, settings) => {
  expect(decode({ ...asking, ...members }).settings).toEqual(settings);
});

test("instructions stand before those among the messages", () => {
  const { system } = decode({
    ...asking,
    instructions: "Be brief.",
    messages: [{ role: "system", content: "Be kind." }, hello],
  });
  expect(system).toEqual(["Be brief.", "Be kind."]);
});

describe("what stands among the messages in the shape of Responses", () => {
  const items: readonly [name: string, messages: readonly object[], expected: Message[]][] = [
    [
      "parts of what a user says",
      [
        {
          type: "message",
          role: "user",
          content: [
            { type: "input_text", text: "Look." },
            { type: "input_image", image_url: imageUrl },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" },
          ],
        },
      ],
      [
        user(
          "Look.",
          { ...picture, path: "messages[0].content[1]" },
          {
            type: "document",
            name: "a.pdf",
            mediaType: "application/pdf",
            data: "JVBERi0=",
            path: "messages[0].content[2]",
          },
        ),
      ],
    ],
    [
      "parts of an answer",
      [
        hello,
        {
          role: "assistant",
          content: [
            { type: "output_text", text: "Hi", annotations: [] },
            { type: "output_text", text: "!" },
          ],
        },
      ],
      [user("Hello"), assistant("Hi!")],
    ],
    [
      "a call and its result",
      [
        hello,
        { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Hm." }] },
        { type: "function_call", call_id: "1", name: "read", arguments: '{"path":"a"}' },
        { type: "function_call_output", call_id: "1", output: [{ type: "input_text", text: "b" }] },
      ],
      [
        user("Hello"),
        assistant({ type: "reasoning", text: "Hm.", signature: "" }),
        assistant(call("1", "read", { path: "a" })),
        user(result("1", "b")),
      ],
    ],
    [
      "a custom tool's call and its result",
      [
        hello,
        { type: "custom_tool_call", call_id: "1", name: "ApplyPatch", input: patch },
        { type: "custom_tool_call_output", call_id: "1", output: "Done." },
      ],
      [user("Hello"), assistant(call("1", "ApplyPatch", { input: patch })), user(result("1", "Done."))],
    ],
    [
      "a call and its result that name roles",
      [
        hello,
        { type: "function_call", role: "assistant", call_id: "1", name: "read", arguments: "{}" },
        { type: "function_call_output", role: null, call_id: "1", output: "b" },
      ],
      [user("Hello"), assistant(call("1", "read")), user(result("1", "b"))],
    ],
  ];

  test.each(items)("is read as there: %s", (_, messages, expected) => {
    expect(decode({ ...asking, messages }).messages).toEqual(expected);
  });

  test.each([
    ["text", { role: "system", content: [{ type: "input_text", text: "Be brief." }] }],
    ["an answer's text", { role: "developer", content: [{ type: "output_text", text: "Be brief." }] }],
  ])("may be instructions: %s", (_, message) => {
    expect(decode({ ...asking, messages: [message, hello] }).system).toEqual(["Be brief."]);
  });
});

describe("a custom tool's call that a client says again as a function's", () => {
  const calling = (text: string | null) => ({
    id: "1",
    type: "function",
    function: { name: "ApplyPatch", arguments: text },
  });
  const said = assistant(call("1", "ApplyPatch", { input: patch }));

  test.each([
    ["the text alone", patch],
    ["the text in the member that it came in", JSON.stringify({ input: patch })],
  ])("is the same call: %s", (_, text) => {
    const messages = [hello, { role: "assistant", content: null, tool_calls: [calling(text)] }];
    expect(decode({ ...asking, messages, tools: [patching] }).messages).toEqual([user("Hello"), said]);
  });

  test("is the same call as an item", () => {
    const item = { type: "function_call", call_id: "1", name: "ApplyPatch", arguments: patch };
    const { messages } = decode({ ...asking, messages: [hello, item], tools: [patching] });
    expect(messages).toEqual([user("Hello"), said]);
  });

  test("is one with an empty text when it has none", () => {
    const messages = [hello, { role: "assistant", tool_calls: [calling(null)] }];
    expect(decode({ ...asking, messages, tools: [patching] }).messages).toEqual([
      user("Hello"),
      assistant(call("1", "ApplyPatch", { input: "" })),
    ]);
  });
});

describe("a fault in what has the shape of Responses", () => {
  test.each([
    ["tools[0].function", { tools: [{ type: "function" }] }],
    ["tools[0].custom", { tools: [{ type: "custom" }] }],
    ["messages[0].name", { messages: [{ type: "function_call", call_id: canary, arguments: "{}" }] }],
    ["messages[0].role", { messages: [{ content: canary }] }],
    ["messages[0].content[0].text", { messages: [{ role: "user", content: [{ type: "input_text" }] }] }],
    ["max_output_tokens", { max_output_tokens: 0 }],
    ["text.format.type", { text: { format: { type: canary } } }],
    ["tool_choice.function", { tools: [read], tool_choice: { type: "function" } }],
    ["tool_choice.custom", { tools: [patching], tool_choice: { type: "custom" } }],
  ])("is named, and nothing of it said back: %s", (param, members) => {
    const refusal = refusalOf(decode, { ...asking, ...members });
    expect(refusal).toMatchObject({ kind: "invalid-request", param });
    expect(refusal.message).not.toContain(canary);
  });
});
