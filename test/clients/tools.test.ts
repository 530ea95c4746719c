import { afterAll, describe, expect, test } from "bun:test";
import type Anthropic from "@anthropic-ai/sdk";
import type OpenAI from "openai";
import type { JsonObject } from "../../src/json.ts";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { ending, openTool, reasoning, stream, text, tool } from "../support/script.ts";
import { anthropicClient, chat, latestRequest, message, openaiClient, toolNames } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

const schema = {
  type: "object" as const,
  properties: { path: { type: "string" } },
  required: ["path"],
} satisfies JsonObject;
const names = ["read", "list"];

const chatTools = names.map(
  (name): OpenAI.ChatCompletionTool => ({
    type: "function",
    function: { name, description: `Does ${name}.`, parameters: schema },
  }),
);
const messageTools = names.map(
  (name): Anthropic.Tool => ({
    name,
    description: `Does ${name}.`,
    input_schema: schema,
  }),
);

const readCall = tool("tooluse_a", "read", '{"pa', 'th":"', "Grüße 😀", '.txt"}');
const listCall = tool("tooluse_b", "list", '{ "path" : "/" }');

interface Case {
  events: readonly ScriptedStep[];
  calls: readonly { id: string; name: string; json: string }[];
}

const read = { id: "tooluse_a", name: "read", json: '{"path":"Grüße 😀.txt"}' };
const list = { id: "tooluse_b", name: "list", json: '{ "path" : "/" }' };
const inOneCallsPlace = [
  ...openTool("tooluse_a", "read", '{"path":'),
  ...listCall,
  { type: "toolUseEvent", payload: { toolUseId: "tooluse_a", name: "read", input: '"a"}', stop: true } },
];

const cases: Readonly<Record<string, Case>> = {
  "in fragments": { events: readCall, calls: [read] },
  "after text": { events: [...text("Let me see."), ...readCall], calls: [read] },
  "two at once": { events: [...readCall, ...listCall], calls: [read, list] },
  "two that overlap": {
    events: inOneCallsPlace,
    calls: [{ ...read, json: '{"path":"a"}' }, list],
  },
  "without input": { events: tool("tooluse_a", "read"), calls: [{ ...read, json: "{}" }] },
  "with empty input": { events: tool("tooluse_a", "read", ""), calls: [{ ...read, json: "{}" }] },
  "sent twice": { events: [...readCall, ...readCall], calls: [read] },
  "without input and sent twice": {
    events: [...tool("tooluse_a", "read"), ...tool("tooluse_a", "read")],
    calls: [{ ...read, json: "{}" }],
  },
  "with its input as an object": {
    events: [
      {
        type: "toolUseEvent",
        payload: { toolUseId: "tooluse_b", name: "list", input: { path: "/" }, stop: true },
      },
    ],
    calls: [{ ...list, json: '{"path":"/"}' }],
  },
};

describe.each(Object.keys(cases))("a call %s", (name) => {
  const { events = [], calls = [] } = cases[name] ?? {};
  const answer = stream([...events], ending("TOOL_USE"));

  test("is the same for openai's client, streamed or not", async () => {
    bridge.simulator.script(answer, answer);
    const expected = calls.map(({ id, name, json }) => ({
      id,
      type: "function",
      function: { name, arguments: json },
    }));
    const streamed = await openai.chat.completions
      .stream({ ...chat, tools: chatTools })
      .finalChatCompletion();
    const whole = await openai.chat.completions.create({ ...chat, tools: chatTools });
    for (const { choices } of [streamed, whole]) {
      expect(choices[0]?.finish_reason).toBe("tool_calls");
      expect(choices[0]?.message.tool_calls).toMatchObject(expected);
    }
  });

  test("is the same for anthropic's client, streamed or not", async () => {
    bridge.simulator.script(answer, answer);
    const expected = calls.map(({ id, name, json }) => ({
      type: "tool_use",
      id,
      name,
      input: JSON.parse(json),
    }));
    const streamed = await anthropic.messages.stream({ ...message, tools: messageTools }).finalMessage();
    const whole = await anthropic.messages.create({ ...message, tools: messageTools });
    for (const { content, stop_reason } of [streamed, whole]) {
      expect(stop_reason).toBe("tool_use");
      expect(content.filter(({ type }) => type === "tool_use")).toMatchObject(expected);
    }
  });
});

test("a number that JavaScript would round reaches the client as the model wrote it", async () => {
  const json = '{"id":12345678901234567890,"ids":[-9007199254740993],"size":1}';
  bridge.simulator.script(stream(tool("tooluse_a", "read", json), ending("TOOL_USE")));
  const whole = await anthropic.messages.create({ ...message, tools: messageTools }).asResponse();
  expect(await whole.text()).toContain(`"input":${json}`);
});

describe("a conversation with tools", () => {
  const answered = stream(text("It says hi."), ending("END_TURN"));
  const called = stream([...readCall, ...listCall], ending("TOOL_USE"));
  const sent = (first: string, second: string) => ({
    conversationState: {
      history: [
        { userInputMessage: { content: "Hello" } },
        {
          assistantResponseMessage: {
            toolUses: [
              { toolUseId: "tooluse_a", name: "read", input: { path: "Grüße 😀.txt" } },
              { toolUseId: "tooluse_b", name: "list", input: { path: "/" } },
            ],
          },
        },
      ],
      currentMessage: {
        userInputMessage: {
          content: "",
          userInputMessageContext: {
            toolResults: [
              { toolUseId: "tooluse_a", content: [{ text: first }], status: "success" },
              { toolUseId: "tooluse_b", content: [{ text: second }], status: "success" },
            ],
            tools: names.map((name) => ({
              toolSpecification: { name, description: `Does ${name}.`, inputSchema: { json: schema } },
            })),
          },
        },
      },
    },
  });

  test.each([
    ["in order", false],
    ["in another order", true],
  ] as const)("goes on after openai's results %s", async (_, isReversed) => {
    bridge.simulator.script(called, answered);
    const first = await openai.chat.completions.create({ ...chat, tools: chatTools });
    const assistant = first.choices[0]?.message;
    const calls = assistant?.tool_calls ?? [];
    const results = calls.map(({ id }, index) => ({
      role: "tool" as const,
      tool_call_id: id,
      content: `result ${index}`,
    }));
    const second = await openai.chat.completions.create({
      ...chat,
      tools: chatTools,
      messages: [
        ...chat.messages,
        ...(assistant ? [assistant] : []),
        ...(isReversed ? results.toReversed() : results),
      ],
    });
    expect(second.choices[0]?.message.content).toBe("It says hi.");
    expect(latestRequest(bridge).body).toMatchObject(sent("result 0", "result 1"));
  });

  test.each([
    ["in order", false],
    ["in another order", true],
  ] as const)("goes on after anthropic's results %s", async (_, isReversed) => {
    bridge.simulator.script(called, answered);
    const first = await anthropic.messages.create({ ...message, tools: messageTools });
    const results = first.content.flatMap((block, index) =>
      block.type === "tool_use"
        ? [{ type: "tool_result" as const, tool_use_id: block.id, content: `result ${index}` }]
        : [],
    );
    const second = await anthropic.messages.create({
      ...message,
      tools: messageTools,
      messages: [
        ...message.messages,
        { role: "assistant", content: first.content },
        { role: "user", content: isReversed ? results.toReversed() : results },
      ],
    });
    expect(second.content).toMatchObject([{ type: "text", text: "It says hi." }]);
    expect(latestRequest(bridge).body).toMatchObject(sent("result 0", "result 1"));
  });

  test("gives the service its thoughts back, with the signature that it gave them", async () => {
    const thoughts = reasoning(["Let me ", "see."], "c2lnbmF0dXJl");
    bridge.simulator.script(stream(thoughts, readCall, ending("TOOL_USE")), answered);
    const asked = {
      ...message,
      model: "claude-opus-4.6",
      thinking: { type: "adaptive" as const },
      tools: messageTools,
    };
    const { content } = await anthropic.messages.stream(asked).finalMessage();
    await anthropic.messages.create({
      ...asked,
      messages: [
        ...message.messages,
        { role: "assistant", content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "tooluse_a", content: "hi" }] },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: {
        history: [
          {},
          {
            assistantResponseMessage: {
              reasoningContent: { reasoningText: { text: "Let me see.", signature: "c2lnbmF0dXJl" } },
              toolUses: [{ toolUseId: "tooluse_a" }],
            },
          },
        ],
      },
    });
  });

  test("says that a tool failed, when anthropic's client says so", async () => {
    bridge.simulator.script(answered);
    await anthropic.messages.create({
      ...message,
      tools: messageTools,
      messages: [
        ...message.messages,
        { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "read", input: {} }] },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "no such file", is_error: true }],
        },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: {
        currentMessage: {
          userInputMessage: {
            userInputMessageContext: {
              toolResults: [{ toolUseId: "toolu_1", content: [{ text: "no such file" }], status: "error" }],
            },
          },
        },
      },
    });
  });
});

describe("a tool's name that the service would refuse", () => {
  const long = `mcp__${"server_".repeat(10)}__tool`;

  test.each([long, "日本.語", "files/read"])("is the client's own in the answer: %s", async (name) => {
    const offered: OpenAI.ChatCompletionTool = { type: "function", function: { name, parameters: schema } };
    const asked = { ...chat, tools: [offered] };
    bridge.simulator.script(stream(text("ok"), ending("END_TURN")));
    await openai.chat.completions.create(asked);
    const [travelling = ""] = toolNames(latestRequest(bridge));
    expect(travelling).toMatch(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/);

    const answer = stream(tool("tooluse_a", travelling, "{}"), ending("TOOL_USE"));
    bridge.simulator.script(answer, answer, answer);
    const whole = await openai.chat.completions.create(asked);
    expect(whole.choices[0]?.message.tool_calls).toMatchObject([{ function: { name } }]);
    const streamed = await openai.chat.completions.stream(asked).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject([{ function: { name } }]);
    const { content } = await anthropic.messages
      .stream({ ...message, tools: [{ name, input_schema: schema }] })
      .finalMessage();
    expect(content).toMatchObject([{ type: "tool_use", name, input: {} }]);
  });
});
