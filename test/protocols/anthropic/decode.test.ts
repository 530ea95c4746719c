import { describe, expect, test } from "bun:test";
import { decodeMessagesRequest } from "../../../src/protocols/anthropic/decode.ts";
import { MessagesRequest } from "../../../src/protocols/anthropic/schema.ts";
import type { Conversation, Message } from "../../../src/turn/conversation.ts";
import { assistant, call, errorResult, result, system, user } from "../../support/request.ts";
import { canary, decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(MessagesRequest, decodeMessagesRequest);
const text = (content: string) => ({ type: "text", text: content });
const base = { model: "claude-sonnet-4.5", max_tokens: 1000 };
const asking = { ...base, messages: [{ role: "user", content: "Hello" }] };

const decodeMessages = (...messages: readonly object[]): readonly Message[] =>
  decode({ ...base, messages }).messages;
const decodeParts = (...content: readonly object[]) => {
  const [message] = decodeMessages({ role: "user", content });
  return message?.role === "user" ? message.parts : [];
};

describe("what Claude Code sends", () => {
  const attribution = text("x-anthropic-billing-header: cc_version=2.1.330; cc_entrypoint=sdk-cli;");
  const cached = { cache_control: { type: "ephemeral" } };
  const bash = { name: "Bash", description: "Runs it.", input_schema: { type: "object" } };
  const body = {
    ...base,
    model: "claude-opus-5-5",
    max_tokens: 128_000,
    stream: true,
    metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
    thinking: { type: "adaptive", display: "updates" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    output_config: { effort: "high" },
    system: [attribution, text("You are an agent."), { ...text("A long prompt."), ...cached }],
    messages: [
      { role: "user", content: [text("A reminder."), text("Look at both files.")] },
      {
        role: "system",
        content: [{ ...text("Instructions on the way."), ...cached }],
        output_config: { effort: "high" },
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Let me see.", signature: "c2ln" },
          text("I will."),
          { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "cat a" } },
          {
            type: "tool_use",
            id: "toolu_2",
            name: "ToolSearch",
            input: { __unparsedToolInput: { raw: "{", len: 1 } },
          },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "toolu_2",
            content: [{ type: "tool_reference", tool_name: "WebFetch" }],
          },
          { type: "tool_result", tool_use_id: "toolu_1", content: "no such file", is_error: true },
          text("Tool loaded."),
        ],
      },
      { role: "system", content: "Summarize." },
    ],
    tools: [
      bash,
      { name: "placeholder", description: "Later.", input_schema: { type: "object" }, defer_loading: true },
      { type: "web_search_20250305", name: "web_search", max_uses: 8 },
    ],
  };

  test("is a conversation with everything in its place, and the billing note gone", () => {
    expect(decode(body)).toMatchObject({
      model: "claude-opus-5-5",
      system: ["You are an agent.", "A long prompt."],
      messages: [
        user("A reminder.", "Look at both files."),
        system("Instructions on the way."),
        assistant(
          { type: "reasoning", text: "Let me see.", signature: "c2ln" },
          "I will.",
          call("toolu_1", "Bash", { command: "cat a" }),
          call("toolu_2", "ToolSearch", { __unparsedToolInput: { raw: "{", len: 1 } }),
        ),
        user(
          result("toolu_2", "[tool WebFetch is now available]"),
          errorResult("toolu_1", "no such file"),
          "Tool loaded.",
        ),
        system("Summarize."),
      ],
      tools: [
        { name: "Bash", description: "Runs it.", inputSchema: { type: "object" } },
        { name: "placeholder", description: "Later.", inputSchema: { type: "object" } },
        { name: "web_search", webSearch: { maxUses: 8 } },
      ],
      toolChoice: { type: "auto" },
      settings: { maxTokens: 128_000 },
    });
  });

  test("for a session's title has no tools and an output format", () => {
    const schema = { type: "object", properties: { title: { type: "string" } }, required: ["title"] };
    const { tools, settings } = decode({
      ...asking,
      tools: [],
      output_config: { format: { type: "json_schema", schema } },
    });
    expect(tools).toEqual([]);
    expect(settings).toMatchObject({ output: { schema } });
  });

  test("for a search offers that alone", () => {
    const { tools, toolChoice, system } = decode({
      ...asking,
      tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 8 }],
      tool_choice: { type: "auto" },
    });
    expect({ tools, toolChoice, system }).toMatchObject({
      tools: [{ name: "web_search", webSearch: { maxUses: 8 } }],
      toolChoice: { type: "auto" },
      system: [],
    });
  });
});

describe("members that ask for nothing the bridge acts on", () => {
  const members = {
    service_tier: "auto",
    metadata: { user_id: "u" },
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    betas: ["x"],
    system: null,
    tools: null,
    tool_choice: null,
    stop_sequences: null,
    invented_yesterday: { a: [1] },
  };

  test.each(Object.entries(members))("are let pass: %s", (name, value) => {
    expect(decode({ ...asking, [name]: value })).toEqual(decode(asking));
  });

  test("are let pass inside messages, blocks and tools", () => {
    const messages = [
      { role: "user", id: "m1", content: [{ ...text("Hello"), citations: null, invented: 1 }] },
    ];
    expect(decode({ ...base, messages }).messages).toEqual([user("Hello")]);
    const tool = { name: "a", input_schema: {}, eager_input_streaming: true, strict: true, invented: {} };
    expect(decode({ ...asking, tools: [tool] }).tools).toEqual([
      { name: "a", description: "", inputSchema: {} },
    ]);
  });
});

const bytes = "AAEC".repeat(200);

describe("instructions", () => {
  test.each([
    ["a string", "Be brief.", ["Be brief."]],
    ["blocks", [text("Be brief."), text("Be kind.")], ["Be brief.", "Be kind."]],
    ["an empty string", "", []],
    ["no blocks", [], []],
    ["the billing note alone", [text("x-anthropic-billing-header: cc_version=1;")], []],
  ])("can be %s", (_, given, expected) => {
    expect(decode({ ...asking, system: given }).system).toEqual(expected);
  });

  test("keep a text that only speaks of the billing note", () => {
    const spoken = "Never write x-anthropic-billing-header: anywhere.";
    expect(decode({ ...asking, system: spoken }).system).toEqual([spoken]);
  });
});

const base64 = { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" };
const pdf = { type: "base64", media_type: "application/pdf", data: "JVBERi0=" };

describe("blocks of the user", () => {
  const path = "messages[0].content[0]";
  type Case = readonly [name: string, block: object, parts: ReturnType<typeof decodeParts>];
  const cases: readonly Case[] = [
    ["text", text("Hello"), [{ type: "text", text: "Hello" }]],
    ["an empty text", text(""), [{ type: "text", text: "" }]],
    [
      "an image",
      { type: "image", source: base64 },
      [{ type: "image", data: "iVBORw0KGgo=", mediaType: "image/png", path }],
    ],
    [
      "a document of bytes",
      { type: "document", title: "a.pdf", source: pdf },
      [{ type: "document", name: "a.pdf", mediaType: "application/pdf", data: "JVBERi0=", path }],
    ],
    [
      "a document of text",
      {
        type: "document",
        title: "a.txt",
        source: { type: "text", media_type: "text/plain", data: "Lorem." },
      },
      [{ type: "text", text: "[document: a.txt]\nLorem." }],
    ],
    [
      "a document of blocks",
      {
        type: "document",
        source: { type: "content", content: [text("Lorem."), { type: "image", source: base64 }] },
      },
      [
        { type: "text", text: "[document: document]" },
        { type: "text", text: "Lorem." },
        { type: "image", data: "iVBORw0KGgo=", mediaType: "image/png", path: `${path}.source.content[1]` },
      ],
    ],
    [
      "a search result",
      { type: "search_result", title: "A page", source: "https://example.org", content: [text("Lorem.")] },
      [{ type: "text", text: "[search result: A page, https://example.org]\nLorem." }],
    ],
    [
      "a tool's result without content",
      { type: "tool_result", tool_use_id: "toolu_1" },
      [{ type: "tool-result", callId: "toolu_1", parts: [], isError: false }],
    ],
    [
      "a tool's result in blocks",
      {
        type: "tool_result",
        tool_use_id: "toolu_1",
        is_error: false,
        content: [
          text("Here:"),
          { type: "image", source: base64 },
          { type: "document", title: "b", source: pdf },
        ],
      },
      [
        {
          type: "tool-result",
          callId: "toolu_1",
          isError: false,
          parts: [
            { type: "text", text: "Here:" },
            { type: "image", data: "iVBORw0KGgo=", mediaType: "image/png", path: `${path}.content[1]` },
            {
              type: "document",
              name: "b",
              mediaType: "application/pdf",
              data: "JVBERi0=",
              path: `${path}.content[2]`,
            },
          ],
        },
      ],
    ],
    [
      "a block of tomorrow",
      { type: "hologram", angle: 5 },
      [{ type: "text", text: '[hologram] {"type":"hologram","angle":5}' }],
    ],
    [
      "a block of tomorrow, but for its mark",
      { type: "hologram", angle: 5, cache_control: { type: "ephemeral" } },
      [{ type: "text", text: '[hologram] {"type":"hologram","angle":5}' }],
    ],
    [
      "a tool's result of tomorrow, but for its bytes",
      { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "hologram", data: bytes }] },
      [
        {
          type: "tool-result",
          callId: "toolu_1",
          parts: [
            { type: "text", text: '[hologram] {"type":"hologram","data":"(bytes that cannot be shown)"}' },
          ],
          isError: false,
        },
      ],
    ],
  ];

  test.each(cases)("are decoded: %s", (_, block, parts) => {
    expect(decodeParts(block)).toEqual(parts);
  });

  test("are refused where the model would see nothing of an attachment of tomorrow", () => {
    const messages = [{ role: "user", content: [{ type: "hologram", data: bytes }] }];
    const refusal = refusalOf(decode, { ...base, messages });
    expect(refusal).toMatchObject({ kind: "invalid-request", param: "messages[0].content[0]" });
  });
});

describe("blocks of the assistant", () => {
  const decodeAssistant = (...content: object[]) => decodeMessages({ role: "assistant", content });

  test.each([
    [
      "redacted thinking",
      { type: "redacted_thinking", data: "AAEC" },
      { type: "redacted-reasoning" as const, data: "AAEC" },
    ],
    [
      "thinking without a signature",
      { type: "thinking", thinking: "Hm." },
      { type: "reasoning" as const, text: "Hm.", signature: "" },
    ],
    [
      "a search",
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } },
      call("srvtoolu_1", "web_search", { query: "x" }),
    ],
    [
      "a server's tool",
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_fetch", input: { url: "x" } },
      '[server_tool_use] {"type":"server_tool_use","id":"srvtoolu_1","name":"web_fetch","input":{"url":"x"}}',
    ],
    [
      "a summary that another server has made",
      { type: "compaction", content: "They greeted.", encrypted_content: "AAEC" },
      "[summary of the conversation so far]\n\nThey greeted.",
    ],
    ["a summary that another server has failed to make", { type: "compaction", content: null }, ""],
    ["a call with null", { type: "tool_use", id: "1", name: "a", input: null }, call("1", "a")],
    [
      "a call with text",
      { type: "tool_use", id: "1", name: "a", input: "{oops" },
      call("1", "a", { _raw: "{oops" }),
    ],
    [
      "a call with a list",
      { type: "tool_use", id: "1", name: "a", input: [1] },
      call("1", "a", { _raw: "[1]" }),
    ],
  ])("are decoded: %s", (_, block, part) => {
    expect(decodeAssistant(block)).toEqual([assistant(part)]);
  });

  test("are one text where citations have cut it, and else as many as there are", () => {
    const cited = { ...text("green"), citations: [{ type: "char_location", cited_text: "green" }] };
    const plain = { ...text("And so on."), citations: null };
    const decoded = decodeAssistant(text("Grass is "), cited, { ...text("."), citations: [] });
    expect(decoded).toEqual([assistant("Grass is green.")]);
    expect(decodeAssistant(text("Well."), plain)).toEqual([assistant("Well.", "And so on.")]);
  });
});

describe("settings", () => {
  type Case = readonly [name: string, members: object, expected: Partial<Conversation>];
  const cases: readonly Case[] = [
    ["no limit", { max_tokens: null }, { settings: {} }],
    [
      "nothing of parallel calls",
      { tool_choice: { type: "auto", disable_parallel_tool_use: null } },
      { settings: {} },
    ],
    [
      "stop sequences",
      { stop_sequences: ["END"] },
      { settings: { stopSequences: ["END"], maxTokens: 1000 } },
    ],
    [
      "any tool",
      { tools: [{ name: "a", input_schema: {} }], tool_choice: { type: "any" } },
      { toolChoice: { type: "required" } },
    ],
    ["no answer", { max_tokens: 0 }, { settings: { maxTokens: 0 } }],
    [
      "one tool",
      { tools: [{ name: "a", input_schema: {} }], tool_choice: { type: "tool", name: "a" } },
      { toolChoice: { type: "tool", name: "a" } },
    ],
    [
      "thinking between tools",
      { thinking: { type: "between_tools" } },
      { settings: { reasoning: { enabled: true } } },
    ],
    ["no thinking", { thinking: { type: "disabled" } }, { settings: { reasoning: { enabled: false } } }],
    ["no tool", { tool_choice: { type: "none" } }, { toolChoice: { type: "none" } }],
    [
      "one call at a time",
      { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
      { settings: { parallelToolCalls: false, maxTokens: 1000 } },
    ],
  ];

  test.each(cases)("are decoded: %s", (_, members, expected) => {
    expect(decode({ ...asking, ...members })).toMatchObject(expected);
  });
});

describe("a body that cannot be honoured", () => {
  const message = (content: unknown) => ({ messages: [asking.messages[0], { role: "user", content }] });
  type Case = readonly [param: string, members: object];
  const cases: readonly Case[] = [
    ["model", { model: undefined }],
    ["model", { model: 5 }],
    ["model", { model: "" }],
    ["messages", { messages: undefined }],
    ["messages", { messages: canary }],
    ["messages", { messages: [] }],
    ["messages[0].role", { messages: [{ role: canary, content: "Hello" }] }],
    ["messages[0].content", { messages: [{ role: "user", content: 5 }] }],
    ["messages[1].content[0].text", message([{ type: "text", text: { secret: canary } }])],
    ["messages[1].content[0].text", message([{ type: "text" }])],
    ["messages[1].content[0].type", message([{ text: canary }])],
    ["messages[1].content[1].tool_use_id", message([text("a"), { type: "tool_result", content: canary }])],
    ["messages[1].content[0].input", message([{ type: "tool_use", id: "1", name: "a" }])],
    ["messages[1].content[0].source", message([{ type: "image", source: { type: "url", url: canary } }])],
    [
      "messages[1].content[0].source",
      message([{ type: "image", source: { type: "file", file_id: canary } }]),
    ],
    ["messages[1].content[0].source.data", message([{ type: "image", source: { ...base64, data: 5 } }])],
    ["messages[1].content[0].source", message([{ type: "document", source: { type: "url", url: canary } }])],
    [
      "messages[1].content[0].content[0].text",
      message([{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: 5 }] }]),
    ],
    [
      "messages[1].content[0].content[0].source",
      message([
        {
          type: "tool_result",
          tool_use_id: "1",
          content: [{ type: "image", source: { type: "url", url: canary } }],
        },
      ]),
    ],
    ["max_tokens", { max_tokens: -1 }],
    ["max_tokens", { max_tokens: 1.5 }],
    ["max_tokens", { max_tokens: canary }],
    ["stream", { stream: canary }],
    ["stop_sequences[1]", { stop_sequences: ["END", 5] }],
    ["system[0].text", { system: [{ type: "text", text: 5 }] }],
    ["tools[0].name", { tools: [{ input_schema: {}, description: canary }] }],
    ["tool_choice.name", { tool_choice: { type: "tool" } }],
    ["tool_choice.type", { tool_choice: { type: canary } }],
    ["container", { container: canary }],
    ["compaction", { compaction: { type: "summarize", instructions: canary } }],
  ];

  test.each(cases)("is refused naming the member, and says nothing of it back: %s", (param, members) => {
    const refusal = refusalOf(decode, { ...asking, ...members });
    expect(refusal).toMatchObject({ kind: "invalid-request", param });
    expect(refusal.message).toStartWith(param);
    expect(refusal.message).not.toContain(canary);
  });
});
