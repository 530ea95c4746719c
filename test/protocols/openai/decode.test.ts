import { describe, expect, test } from "bun:test";
import { decodeChatRequest } from "../../../src/protocols/openai/decode.ts";
import { ChatCompletionRequest } from "../../../src/protocols/openai/schema.ts";
import type { Conversation, Message } from "../../../src/turn/conversation.ts";
import { assistant, call, result, system, user } from "../../support/request.ts";
import { canary, decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(ChatCompletionRequest, decodeChatRequest);
const text = (content: string) => ({ type: "text", text: content });
const base = { model: "claude-sonnet-4.5" };
const asking = { ...base, messages: [{ role: "user", content: "Hello" }] };
const decodeMessages = (...messages: readonly object[]): readonly Message[] =>
  decode({ ...base, messages }).messages;

const functionCall = (id: string, name: string, json: string) => ({
  id,
  type: "function",
  function: { name, arguments: json },
});

describe("instructions", () => {
  test.each([
    ["a system message", [{ role: "system", content: "Be brief." }], ["Be brief."]],
    ["a developer message", [{ role: "developer", content: "Be brief." }], ["Be brief."]],
    [
      "several, in parts",
      [
        { role: "system", content: [text("Be brief."), text("Be kind.")] },
        { role: "developer", content: "Be right." },
      ],
      ["Be brief.\n\nBe kind.", "Be right."],
    ],
  ])("that come first stand before the conversation: %s", (_, messages, expected) => {
    const decoded = decode({ ...base, messages: [...messages, ...asking.messages] });
    expect(decoded.system).toEqual(expected);
    expect(decoded.messages).toEqual([user("Hello")]);
  });

  test("that come later stay where they are", () => {
    expect(
      decodeMessages(
        { role: "user", content: "Hello" },
        { role: "system", content: "Be brief." },
        { role: "developer", content: [text("Be kind.")] },
      ),
    ).toEqual([user("Hello"), system("Be brief."), system("Be kind.")]);
  });

  test("may be all there is", () => {
    const { system: instructions, messages } = decode({
      ...base,
      messages: [{ role: "system", content: "Be brief." }],
    });
    expect({ instructions, messages }).toEqual({ instructions: ["Be brief."], messages: [] });
  });
});

describe("messages that real clients send", () => {
  const dataUrl = "data:image/png;base64,iVBORw0KGgo=";
  const path = "messages[1].content[0]";
  type Case = readonly [name: string, message: object, expected: Message];
  const cases: readonly Case[] = [
    ["text", { role: "user", content: "Hello", name: "ada" }, user("Hello")],
    ["parts", { role: "user", content: [text("a"), text("b")] }, user("a", "b")],
    [
      "parts with a cache mark",
      { role: "user", content: [{ ...text("a"), cache_control: null }] },
      user("a"),
    ],
    ["no content", { role: "user", content: null }, user()],
    [
      "an image",
      { role: "user", content: [{ type: "image_url", image_url: { url: dataUrl, detail: "auto" } }] },
      user({ type: "image", data: "iVBORw0KGgo=", mediaType: "image/png", path }),
    ],
    [
      "a file",
      {
        role: "user",
        content: [
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } },
        ],
      },
      user({ type: "document", name: "a.pdf", mediaType: "application/pdf", data: "JVBERi0=", path }),
    ],
    [
      "a part of tomorrow",
      { role: "user", content: [{ type: "hologram", angle: 5 }] },
      user('[hologram] {"type":"hologram","angle":5}'),
    ],
    ["an answer", { role: "assistant", content: "Hi", annotations: [], refusal: null }, assistant("Hi")],
    ["an answer in parts", { role: "assistant", content: [text("a")] }, assistant("a")],
    [
      "an answer in pieces",
      { role: "assistant", content: [text("Hello "), text("there")] },
      assistant("Hello there"),
    ],
    ["an answer that only refuses", { role: "assistant", content: null, refusal: "No." }, assistant("No.")],
    [
      "an answer of no parts that refuses",
      { role: "assistant", content: [], refusal: "No." },
      assistant("No."),
    ],
    [
      "an answer that also refuses",
      { role: "assistant", content: "Hi", refusal: "No." },
      assistant("Hi", "No."),
    ],
    [
      "thoughts among the parts",
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm.", signature: "s" },
          { type: "redacted_thinking", data: "AAEC" },
          { type: "reasoning", text: "Hm?" },
          text("a"),
        ],
      },
      assistant(
        { type: "reasoning", text: "Hm.", signature: "s" },
        { type: "redacted-reasoning", data: "AAEC" },
        { type: "reasoning", text: "Hm?", signature: "" },
        "a",
      ),
    ],
    [
      "a part of tomorrow in an answer",
      { role: "assistant", content: [text("a"), { type: "hologram", angle: 5 }, text("b")] },
      assistant("ab", '[hologram] {"type":"hologram","angle":5}'),
    ],
    [
      "a document in anthropic's shape",
      {
        role: "user",
        content: [
          {
            type: "document",
            title: "a.pdf",
            source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
          },
        ],
      },
      user({ type: "document", name: "a.pdf", mediaType: "application/pdf", data: "JVBERi0=", path }),
    ],
    ["a refusal", { role: "assistant", content: [{ type: "refusal", refusal: "No." }] }, assistant("No.")],
    [
      "calls beside null",
      { role: "assistant", content: null, tool_calls: [functionCall("1", "read", '{"path":"a"}')] },
      assistant(call("1", "read", { path: "a" })),
    ],
    [
      "calls beside an empty text",
      {
        role: "assistant",
        content: "",
        tool_calls: [functionCall("1", "read", "{}")],
        reasoning_content: "Hm.",
      },
      assistant(call("1", "read")),
    ],
    [
      "calls beside text",
      {
        role: "assistant",
        content: "Wait.",
        tool_calls: [functionCall("1", "a", ""), functionCall("2", "b", "{}")],
      },
      assistant("Wait.", call("1", "a"), call("2", "b")),
    ],
    [
      "a call whose arguments are broken",
      { role: "assistant", tool_calls: [functionCall("1", "a", '{"path":')] },
      assistant(call("1", "a", { _raw: '{"path":' })),
    ],
    [
      "a call whose arguments are no object",
      { role: "assistant", tool_calls: [functionCall("1", "a", "[1]")] },
      assistant(call("1", "a", { _raw: "[1]" })),
    ],
    [
      "a call without a type",
      { role: "assistant", tool_calls: [{ id: "1", function: { name: "a" } }] },
      assistant(call("1", "a")),
    ],
    ["a result", { role: "tool", tool_call_id: "1", content: "done" }, user(result("1", "done"))],
    [
      "a result in parts",
      { role: "tool", tool_call_id: "1", content: [text("a"), text("b")] },
      user(result("1", "a", "b")),
    ],
    [
      "a result of tomorrow, but for its bytes",
      { role: "tool", tool_call_id: "1", content: [{ type: "hologram", data: "AAEC".repeat(200) }] },
      user(result("1", '[hologram] {"type":"hologram","data":"(bytes that cannot be shown)"}')),
    ],
    [
      "a legacy call",
      { role: "assistant", content: null, function_call: { name: "read", arguments: '{"path":"a"}' } },
      assistant(call("function_read", "read", { path: "a" })),
    ],
    [
      "a legacy result",
      { role: "function", name: "read", content: "done" },
      user(result("function_read", "done")),
    ],
  ];

  test.each(cases)("are decoded: %s", (_, message, expected) => {
    expect(decodeMessages({ role: "user", content: "Hello" }, message)).toEqual([user("Hello"), expected]);
  });
});

describe("users with names", () => {
  const ada = { role: "user", name: "ada", content: "I like tea." };
  const bob = { role: "user", name: "bob", content: [text("I like beer.")] };
  const question = { role: "user", content: "Who likes tea?" };

  test("are told apart when they are several", () => {
    expect(decodeMessages(ada, bob, question)).toEqual([
      user("ada:", "I like tea."),
      user("bob:", "I like beer."),
      user("Who likes tea?"),
    ]);
  });

  test("need none when they are one", () => {
    expect(decodeMessages(ada, ada, question)).toEqual([
      user("I like tea."),
      user("I like tea."),
      user("Who likes tea?"),
    ]);
  });
});

describe("tools and settings", () => {
  const parameters = { type: "object", properties: { path: { type: "string" } } };
  const definition = { name: "read", description: "Reads.", parameters, strict: true };
  const decoded = { name: "read", description: "Reads.", inputSchema: parameters };
  type Case = readonly [name: string, members: object, expected: Partial<Conversation>];
  const cases: readonly Case[] = [
    ["a function", { tools: [{ type: "function", function: definition }] }, { tools: [decoded] }],
    ["a legacy function", { functions: [definition] }, { tools: [decoded] }],
    [
      "a function without a description or parameters",
      { tools: [{ type: "function", function: { name: "now" } }] },
      { tools: [{ name: "now", description: "", inputSchema: {} }] },
    ],
    [
      "a server's tool",
      { tools: [{ type: "file_search" }] },
      { tools: [], system: [expect.stringContaining("file_search")] },
    ],
    ["no tools", { tools: [] }, { tools: [] }],
    ["any choice", { tool_choice: "auto" }, { toolChoice: { type: "auto" } }],
    ["no choice", { tool_choice: "none" }, { toolChoice: { type: "none" } }],
    [
      "some tool",
      { tools: [{ type: "function", function: definition }], tool_choice: "required" },
      { toolChoice: { type: "required" } },
    ],
    [
      "one tool",
      {
        tools: [{ type: "function", function: definition }],
        tool_choice: { type: "function", function: { name: "read" } },
      },
      { toolChoice: { type: "tool", name: "read" } },
    ],
    [
      "a legacy choice",
      { functions: [definition], function_call: { name: "read" } },
      { toolChoice: { type: "tool", name: "read" } },
    ],
    ["the old limit", { max_tokens: 5 }, { settings: { maxTokens: 5 } }],
    ["the new limit", { max_completion_tokens: 6, max_tokens: 5 }, { settings: { maxTokens: 6 } }],
    ["one stop sequence", { stop: "END" }, { settings: { stopSequences: ["END"] } }],
    ["several stop sequences", { stop: ["a", "b"] }, { settings: { stopSequences: ["a", "b"] } }],
    ["one call at a time", { parallel_tool_calls: false }, { settings: { parallelToolCalls: false } }],
    ["plain text", { response_format: { type: "text" } }, { settings: {} }],
    ["JSON", { response_format: { type: "json_object" } }, { settings: { output: {} } }],
    [
      "a schema",
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "a", schema: parameters, strict: true },
        },
      },
      { settings: { output: { schema: parameters } } },
    ],
    [
      "what a schema is for",
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "a", schema: parameters, description: "A place." },
        },
      },
      { settings: { output: { schema: parameters, description: "A place." } } },
    ],
  ];

  test.each(cases)("are decoded: %s", (_, members, expected) => {
    expect(decode({ ...asking, ...members })).toMatchObject(expected);
  });
});

describe("members that ask for nothing the bridge acts on", () => {
  const members = {
    store: false,
    metadata: {},
    temperature: 0.2,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: null,
    seed: 7,
    user: "ada",
    prompt_cache_key: "k",
    safety_identifier: "s",
    service_tier: "auto",
    n: 1,
    logprobs: false,
    top_logprobs: 0,
    logit_bias: {},
    modalities: ["text"],
    audio: null,
    stop: null,
    tools: null,
    tool_choice: null,
    max_tokens: null,
    response_format: null,
    parallel_tool_calls: true,
    invented_yesterday: [1],
  };

  test.each(Object.entries(members))("are let pass: %s", (name, value) => {
    expect(decode({ ...asking, [name]: value })).toEqual(decode(asking));
  });
});

describe("a body that cannot be honoured", () => {
  const content = (part: unknown) => ({ messages: [asking.messages[0], { role: "user", content: [part] }] });
  type Case = readonly [param: string, members: object];
  const cases: readonly Case[] = [
    ["model", { model: undefined }],
    ["model", { model: [canary] }],
    ["messages", { messages: { a: canary } }],
    ["messages", { messages: [] }],
    ["messages[0].role", { messages: [{ role: canary, content: "Hello" }] }],
    ["messages[0].role", { messages: [{ content: canary }] }],
    ["messages[0].content", { messages: [{ role: "user", content: { a: canary } }] }],
    ["messages[0].tool_call_id", { messages: [{ role: "tool", content: canary }] }],
    ["messages[1].content[0].text", content({ type: "text", text: [canary] })],
    ["messages[1].content[0].text", content({ type: "text" })],
    ["messages[1].content[0].type", content({ text: canary })],
    ["messages[1].content[0].image_url", content({ type: "image_url", image_url: canary })],
    [
      "messages[1].content[0].image_url.url",
      content({ type: "image_url", image_url: { url: `https://${canary}` } }),
    ],
    [
      "messages[1].content[0].image_url.url",
      content({ type: "image_url", image_url: { url: `data:image/png,${canary}` } }),
    ],
    [
      "messages[1].content[0].image_url.url",
      content({ type: "image_url", image_url: { url: "data:image/png;base64;" } }),
    ],
    ["messages[1].content[0].file.file_data", content({ type: "file", file: { file_id: canary } })],
    ["messages[1].content[0]", content({ type: "input_audio", input_audio: { data: canary } })],
    [
      "messages[1].content[0]",
      content({ type: "video", source: { data: Buffer.alloc(600, canary).toString("base64") } }),
    ],
    [
      "messages[1].content[0]",
      content({ type: "video", url: `data:video/mp4;base64,${"AAEC".repeat(200)}` }),
    ],
    [
      "messages[0].tool_calls[0].id",
      { messages: [{ role: "assistant", tool_calls: [{ function: { name: canary } }] }] },
    ],
    [
      "messages[0].tool_calls[0].function.arguments",
      {
        messages: [
          { role: "assistant", tool_calls: [{ id: "1", function: { name: "a", arguments: { a: canary } } }] },
        ],
      },
    ],
    ["max_tokens", { max_tokens: 0 }],
    ["max_completion_tokens", { max_completion_tokens: `5${canary}` }],
    ["stream", { stream: "true" }],
    ["stop", { stop: 5 }],
    ["tools[0].function.name", { tools: [{ type: "function", function: { description: canary } }] }],
    ["tools[0].custom.name", { tools: [{ type: "custom", custom: { description: canary } }] }],
    ["tools[0].type", { tools: [{ name: canary }] }],
    ["tool_choice", { tool_choice: canary }],
    ["response_format.type", { response_format: { type: canary } }],
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["top_logprobs", { top_logprobs: 5 }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["modalities", { modalities: [{ toString: 1 }] }],
    ["stop", { stop: Array(257).fill("a") }],
    ["stop[0]", { stop: ["a".repeat(257)] }],
    ["audio", { audio: { voice: canary } }],
    ["web_search_options", { web_search_options: canary }],
  ];

  test.each(cases)("is refused naming the member, and says nothing of it back: %s", (param, members) => {
    const refusal = refusalOf(decode, { ...asking, ...members });
    expect(refusal).toMatchObject({ kind: "invalid-request", param });
    expect(refusal.message).toStartWith(param.replace(/\.type$/, ""));
    expect(refusal.message).not.toContain(canary);
  });
});
