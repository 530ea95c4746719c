import { describe, expect, test } from "bun:test";
import type { BetaMemoryTool20250818Command } from "@anthropic-ai/sdk/resources/beta/messages";
import { decodeMessagesRequest } from "../../../src/protocols/anthropic/decode.ts";
import { MessagesRequest } from "../../../src/protocols/anthropic/schema.ts";
import type { Message } from "../../../src/turn/conversation.ts";
import { assistant, call, errorResult, result, user } from "../../support/request.ts";
import { decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(MessagesRequest, decodeMessagesRequest);
const asking = { model: "claude-sonnet-4.5", messages: [{ role: "user", content: "Hello" }] };
const search = { type: "web_search_20250305", name: "web_search" };
const own = (name: string) => ({ name, description: "Mine.", input_schema: { type: "object" } });
const decodeTools = (...tools: readonly object[]) => decode({ ...asking, tools });

describe("a search of the web", () => {
  test.each(["web_search_20250305", "web_search_20260209", "web_search_20260318"])(
    "is a tool with a query: %s",
    (type) => {
      expect(decodeTools({ ...search, type })).toMatchObject({
        tools: [{ name: "web_search", inputSchema: { required: ["query"] }, webSearch: {} }],
        system: [],
      });
    },
  );

  test("keeps to what the client allows, and tells the model what it has to know of it", () => {
    const { tools } = decodeTools({
      ...search,
      max_uses: 3,
      allowed_domains: ["example.com"],
      blocked_domains: [],
      user_location: { type: "approximate", city: "Ulm", country: "DE", timezone: "Europe/Berlin" },
    });
    expect(tools).toMatchObject([
      {
        description: expect.stringMatching(/example\.com.* Ulm, DE, time zone Europe\/Berlin\.$/),
        webSearch: { maxUses: 3, allowedDomains: ["example.com"] },
      },
    ]);
    expect(tools[0]?.webSearch).not.toHaveProperty("blockedDomains");
  });

  test("goes by another name beside the client's own of that name, in earlier answers too", () => {
    const messages = [
      ...asking.messages,
      {
        role: "assistant",
        content: [
          { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "a" } },
          { type: "tool_use", id: "toolu_1", name: "web_search", input: {} },
        ],
      },
    ];
    const decoded = decode({ ...asking, messages, tools: [search, own("web_search")] });
    expect(decoded.tools.map(({ name }) => name)).toEqual(["web_search", "web_search_"]);
    expect(decoded.messages[1]).toEqual(
      assistant(call("srvtoolu_1", "web_search_", { query: "a" }), call("toolu_1", "web_search")),
    );
  });

  test.each([
    ["it", [search], "web_search"],
    ["the client's own of that name", [search, own("web_search")], "web_search"],
    ["another tool", [search, own("read")], "read"],
  ])("leaves the choice of %s what it is", (_, tools, name) => {
    const { toolChoice } = decode({ ...asking, tools, tool_choice: { type: "tool", name } });
    expect(toolChoice).toEqual({ type: "tool", name });
  });

  test.each([
    ["tools[0].max_uses", { max_uses: 0 }],
    ["tools[0].allowed_domains[0]", { allowed_domains: [5] }],
    ["tools[0].user_location.city", { user_location: { type: "approximate", city: 5 } }],
  ])("is refused with a fault, which is named: %s", (param, members) => {
    expect(refusalOf(decode, { ...asking, tools: [{ ...search, ...members }] })).toMatchObject({ param });
  });
});

describe("tools that Anthropic defines and clients run", () => {
  const schemas = (...tools: readonly object[]) =>
    decodeTools(...tools).tools.map(({ name, inputSchema }) => {
      const { properties }: { properties?: object } = Object(inputSchema);
      return { name, properties: { ...properties } };
    });

  test("are tools like the client's own", () => {
    const tools = decodeTools(
      { type: "bash_20250124", name: "bash" },
      { type: "text_editor_20250728", name: "str_replace_based_edit_tool", max_characters: 10_000 },
      { type: "memory_20250818", name: "memory" },
      { type: "computer_20250124", name: "computer", display_width_px: 1024, display_height_px: 768 },
    );
    expect(tools.system).toEqual([]);
    expect(tools.tools.map(({ name }) => name)).toEqual([
      "bash",
      "str_replace_based_edit_tool",
      "memory",
      "computer",
    ]);
    expect(tools.tools[3]?.description).toContain("1024 × 768");
  });

  test("need not tell of the screen", () => {
    const sizes = [undefined, null, { valueOf: 1, toString: 1 }];
    for (const size of sizes) {
      const { tools } = decodeTools({ type: "computer_20250124", name: "computer", display_width_px: size });
      expect(tools[0]?.description).not.toContain("×");
    }
  });

  test("have what each version knows", () => {
    const [oldEditor, newEditor, oldComputer, newComputer] = schemas(
      { type: "text_editor_20250124", name: "str_replace_editor" },
      { type: "text_editor_20250728", name: "str_replace_based_edit_tool" },
      { type: "computer_20241022", name: "a", display_width_px: 1, display_height_px: 1 },
      { type: "computer_20250124", name: "b", display_width_px: 1, display_height_px: 1 },
    );
    expect(JSON.stringify(oldEditor)).toContain("undo_edit");
    expect(JSON.stringify(newEditor)).not.toContain("undo_edit");
    expect(oldEditor?.properties).not.toHaveProperty("insert_text");
    expect(newEditor?.properties).toHaveProperty("insert_text");
    expect(JSON.stringify(oldComputer)).not.toContain("triple_click");
    expect(JSON.stringify(newComputer)).toContain("triple_click");
  });

  test("have the members that the SDK knows of the memory's commands, and no others", () => {
    type Member = BetaMemoryTool20250818Command extends infer Command
      ? Command extends unknown
        ? keyof Command
        : never
      : never;
    const members: Record<Member, true> = {
      command: true,
      path: true,
      view_range: true,
      file_text: true,
      old_str: true,
      new_str: true,
      insert_line: true,
      insert_text: true,
      old_path: true,
      new_path: true,
    };
    const [memory] = schemas({ type: "memory_20250818", name: "memory" });
    expect(Object.keys(memory?.properties ?? {}).sort()).toEqual(Object.keys(members).sort());
  });
});

test("tools that nobody here can run are left out, and the model is told of them", () => {
  const { tools, system } = decodeTools(
    own("read"),
    { type: "code_execution_20250825", name: "code_execution" },
    { type: "web_fetch_20250910", name: "web_fetch", max_uses: 3 },
    { type: "computer_toolset_20260801" },
    { type: "mcp_toolset", mcp_server_name: "x" },
  );
  expect(tools.map(({ name }) => name)).toEqual(["read"]);
  expect(system).toEqual([
    "These tools are not available here, so do without them: code_execution, web_fetch, computer_toolset_20260801, mcp_toolset.",
  ]);
});

describe("searches of earlier answers", () => {
  const text = (content: string) => ({ type: "text", text: content });
  const thinking = (thought: string) => ({ type: "thinking", thinking: thought, signature: "c2ln" });
  const asked = (id: string) => ({
    type: "server_tool_use",
    id: `srvtoolu_${id}`,
    name: "web_search",
    input: { query: id },
  });
  const came = (id: string, content: unknown = []) => ({
    type: "web_search_tool_result",
    tool_use_id: `srvtoolu_${id}`,
    content,
  });
  const ownCall = { type: "tool_use", id: "toolu_1", name: "read", input: {} };
  const searched = (id: string) => call(`srvtoolu_${id}`, "web_search", { query: id });
  const nothing = (id: string) => user(result(`srvtoolu_${id}`, "Nothing was found."));
  const thought = (content: string) => ({ type: "reasoning" as const, text: content, signature: "c2ln" });

  const decodeAnswer = (...content: readonly object[]): readonly Message[] =>
    decode({ ...asking, messages: [...asking.messages, { role: "assistant", content }] }).messages.slice(1);

  const cases: readonly [name: string, blocks: readonly object[], messages: readonly Message[]][] = [
    [
      "one, with what was thought and said around it",
      [thinking("a"), text("Look."), asked("1"), came("1"), thinking("b"), text("So.")],
      [assistant(thought("a"), "Look.", searched("1")), nothing("1"), assistant(thought("b"), "So.")],
    ],
    [
      "two, one after the other",
      [asked("1"), came("1"), asked("2"), came("2"), text("So.")],
      [assistant(searched("1")), nothing("1"), assistant(searched("2")), nothing("2"), assistant("So.")],
    ],
    [
      "two at once",
      [asked("1"), asked("2"), came("1"), came("2"), text("So.")],
      [assistant(searched("1"), searched("2")), nothing("1"), nothing("2"), assistant("So.")],
    ],
    [
      "one before a call of the client's tool",
      [asked("1"), came("1"), ownCall],
      [assistant(searched("1")), nothing("1"), assistant(call("toolu_1", "read"))],
    ],
    [
      "one behind a call of the client's tool, which is answered in the next message",
      [ownCall, asked("1"), came("1"), text("And.")],
      [assistant(searched("1")), nothing("1"), assistant("And.", call("toolu_1", "read"))],
    ],
    ["one that was the last thing", [asked("1"), came("1")], [assistant(searched("1")), nothing("1")]],
    ["one that was broken off", [text("Look."), asked("1")], [assistant("Look.", searched("1"))]],
    ["one whose call is missing", [came("1"), text("So.")], [nothing("1"), assistant("So.")]],
    [
      "one that failed",
      [asked("1"), came("1", { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" })],
      [
        assistant(searched("1")),
        user(
          errorResult(
            "srvtoolu_1",
            "No more searches are allowed for this answer. Go on with what you have.",
          ),
        ),
      ],
    ],
    [
      "one that another server has run, whose passages are sealed",
      [
        asked("1"),
        came("1", [
          {
            type: "web_search_result",
            url: "https://example.com/",
            title: "An example",
            page_age: "April 30, 2026",
            encrypted_content: "EqgfCioIARgBIiQ3YTAwMjY1Mi1mZjM5LTQ1NGUtODgxNC1kNjNjNTk1ZWI3Y",
          },
        ]),
      ],
      [
        assistant(searched("1")),
        user(result("srvtoolu_1", "1. An example (April 30, 2026)\nhttps://example.com/")),
      ],
    ],
  ];
  test.each(cases)("are turns of their own: %s", (_, blocks, messages) => {
    expect(decodeAnswer(...blocks)).toEqual([...messages]);
  });

  test("keep the cache mark at their end", () => {
    const marked = { ...text("So."), cache_control: { type: "ephemeral" } };
    expect(decodeAnswer(asked("1"), came("1"), marked).map(({ cacheAfter }) => cacheAfter)).toEqual([
      undefined,
      undefined,
      true,
    ]);
  });
});
