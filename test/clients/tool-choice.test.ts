import { afterAll, describe, expect, test } from "bun:test";
import type { MessageCreateParams } from "@anthropic-ai/sdk/resources/messages";
import type { ChatCompletionCreateParams } from "openai/resources/chat/completions";
import type { ResponseCreateParams, Tool, ToolChoiceAllowed } from "openai/resources/responses/responses";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text } from "../support/script.ts";
import { anthropicClient, chat, failureOf, latestRequest, message, openaiClient, toolNames } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

const parameters = { type: "object" as const, properties: { city: { type: "string" } } };
const definition = (name: string) => ({ name, description: `Does ${name}.`, parameters });
const chatTool = (name: string) => ({ type: "function" as const, function: definition(name) });
const messageTool = (name: string) => ({ name, description: `Does ${name}.`, input_schema: parameters });
const tool = (name: string) => ({ type: "function" as const, strict: false, ...definition(name) });
const search: Tool = { type: "web_search" };
const namespace = (name: string, ...tools: readonly string[]): Tool => ({
  type: "namespace",
  name,
  description: "A group.",
  tools: tools.map(tool),
});

type ChatRest = Partial<ChatCompletionCreateParams> & { stream?: false };
type ResponsesRest = Partial<ResponseCreateParams> & { stream?: false };
const askChat = (rest: ChatRest) => openai.chat.completions.create({ ...chat, ...rest });
const askResponses = (rest: ResponsesRest) =>
  openai.responses.create({ model: "auto", input: "Hi", ...rest });
const askMessages = (rest: Partial<MessageCreateParams> & { stream?: false }) =>
  anthropic.messages.create({ ...message, ...rest });

describe("a choice of tools that are not on offer", () => {
  const refused: Readonly<Record<string, () => Promise<unknown>>> = {
    "chat, a function": () =>
      askChat({ tools: [chatTool("read")], tool_choice: { type: "function", function: { name: "list" } } }),
    "chat, without any tools": () =>
      askChat({ tool_choice: { type: "function", function: { name: "list" } } }),
    "chat, none of the allowed": () =>
      askChat({
        tools: [chatTool("read")],
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "auto", tools: [chatTool("list")] },
        },
      }),
    "responses, a function": () =>
      askResponses({ tools: [tool("read")], tool_choice: { type: "function", name: "list" } }),
    "responses, a custom tool": () =>
      askResponses({ tools: [tool("read")], tool_choice: { type: "custom", name: "list" } }),
    "responses, a server's tool": () =>
      askResponses({
        tools: [tool("read"), { type: "mcp", server_label: "x", server_url: "https://x" }],
        tool_choice: { type: "mcp", server_label: "x", name: "list" },
      }),
    "responses, a search": () =>
      askResponses({ tools: [tool("read")], tool_choice: { type: "web_search_preview" } }),
    "responses, none of the allowed": () =>
      askResponses({
        tools: [tool("read")],
        tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "list" }] },
      }),
  };

  test.each(Object.entries(refused))(
    "is refused by name, before the service is asked: %s",
    async (_, ask) => {
      const before = bridge.simulator.requests.length;
      expect(await failureOf(ask())).toMatchObject({
        status: 400,
        type: "invalid_request_error",
        param: "tool_choice",
        message: expect.stringContaining("not on offer"),
      });
      expect(bridge.simulator.requests).toHaveLength(before);
    },
  );

  test("is refused by name in the first generation of tools", async () => {
    const failure = await failureOf(
      askChat({ functions: [definition("read")], function_call: { name: "list" } }),
    );
    expect(failure).toMatchObject({ status: 400, param: "function_call" });
  });

  test.each([
    ["messages", askMessages],
    [
      "messages, to be counted",
      ({ tools = [], tool_choice }: Partial<MessageCreateParams>) =>
        anthropic.messages.countTokens({
          model: "auto",
          messages: message.messages,
          tools,
          ...(tool_choice && { tool_choice }),
        }),
    ],
  ] as const)("is refused in anthropic's words: %s", async (_, ask) => {
    const before = bridge.simulator.requests.length;
    const failure = await failureOf(
      ask({ tools: [messageTool("read")], tool_choice: { type: "tool", name: "list" } }),
    );
    expect(failure).toMatchObject({
      status: 400,
      error: {
        error: {
          type: "invalid_request_error",
          message: expect.stringMatching(/^tool_choice: .*not on offer/),
        },
      },
    });
    expect(bridge.simulator.requests).toHaveLength(before);
  });
});

describe("a choice without any tools", () => {
  const hello = { model: "auto", messages: message.messages };
  const server = { type: "code_execution_20250825", name: "code_execution" } as const;
  const demands: Readonly<Record<string, () => Promise<unknown>>> = {
    chat: () => askChat({ tool_choice: "required" }),
    "chat, an empty list": () => askChat({ tools: [], tool_choice: "required" }),
    responses: () => askResponses({ tool_choice: "required" }),
    messages: () => askMessages({ tool_choice: { type: "any" } }),
    "messages, to be counted": () =>
      anthropic.messages.countTokens({ ...hello, tool_choice: { type: "any" } }),
    "messages, a tool that nobody here runs": () =>
      askMessages({ tools: [server], tool_choice: { type: "any" } }),
  };

  test.each(Object.entries(demands))(
    "cannot demand a call, as with the vendors' APIs: %s",
    async (_, ask) => {
      const before = bridge.simulator.requests.length;
      expect(await failureOf(ask())).toMatchObject({
        status: 400,
        message: expect.stringMatching(/tool_choice: wants a tool to be called, and none is on offer/),
      });
      expect(bridge.simulator.requests).toHaveLength(before);
    },
  );

  const harmless: Readonly<Record<string, () => Promise<unknown>>> = {
    "chat, auto": () => askChat({ tool_choice: "auto" }),
    "chat, none": () => askChat({ tools: [], tool_choice: "none" }),
    "chat, of the first generation": () => askChat({ functions: [], function_call: "auto" }),
    "responses, auto": () => askResponses({ tool_choice: "auto" }),
    "responses, none": () => askResponses({ tools: [], tool_choice: "none" }),
    "messages, auto": () => askMessages({ tool_choice: { type: "auto" } }),
    "messages, none": () => askMessages({ tools: [], tool_choice: { type: "none" } }),
    "messages, to be counted": () =>
      anthropic.messages.countTokens({ ...hello, tool_choice: { type: "auto" } }),
  };

  test.each(Object.entries(harmless))(
    "that demands nothing passes, as clients send it: %s",
    async (_, ask) => {
      bridge.simulator.script(stream(text("ok"), ending("END_TURN")));
      expect(await ask()).toBeObject();
    },
  );
});

describe("a choice of tools in a response", () => {
  const tools = [namespace("files", "read", "list"), namespace("mail", "read"), tool("list"), search];
  const allowing = (
    mode: ToolChoiceAllowed["mode"],
    ...allowed: ToolChoiceAllowed["tools"]
  ): ToolChoiceAllowed => ({ type: "allowed_tools", mode, tools: allowed });

  type Choice = NonNullable<ResponseCreateParams["tool_choice"]>;
  const cases: readonly [name: string, choice: Choice, offered: string[], said: string][] = [
    ["a function by its name", { type: "function", name: "list" }, ["list"], "Call the tool list "],
    [
      "one of a namespace by its name alone",
      { type: "function", name: "read" },
      ["files__read"],
      "files__read",
    ],
    [
      "one of a namespace by its whole name",
      { type: "function", name: "mail__read" },
      ["mail__read"],
      "mail__read",
    ],
    ["the search", { type: "web_search_preview" }, ["web_search"], "Call the tool web_search "],
    [
      "some, one of which must be called",
      allowing("required", { type: "function", name: "list" }, { type: "web_search" }),
      ["list", "web_search"],
      "Call at least one tool",
    ],
    [
      "some of namespaces",
      allowing("auto", { type: "function", name: "read" }, { type: "mcp" }),
      ["files__read", "mail__read"],
      "Hi",
    ],
  ];

  test.each(cases)("is kept to: %s", async (_, tool_choice, names, said) => {
    bridge.simulator.script(stream(text("ok"), ending("END_TURN")));
    await askResponses({
      tools,
      tool_choice,
    });
    expect(toolNames(latestRequest(bridge))).toEqual(names);
    expect(JSON.stringify(latestRequest(bridge).body)).toContain(said);
  });
});
