import { afterAll, describe, expect, test } from "bun:test";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text, tool } from "../support/script.ts";
import { chat, latestRequest, openaiClient } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { completions } = openaiClient(bridge).chat;

const weather = {
  name: "get_weather",
  description: "Tells the weather.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const asked = { ...chat, functions: [weather] };
const call = tool("t1", "get_weather", '{"city"', ':"Ulm"}');
const functionCall = { name: "get_weather", arguments: '{"city":"Ulm"}' };

describe("a client that offers functions, as the first generation of tools was called", () => {
  test.each([
    ["whole", () => completions.create(asked)],
    ["streamed", () => completions.stream(asked).finalChatCompletion()],
  ] as const)("is told of a call in its own words, %s", async (_, ask) => {
    bridge.simulator.script(stream(text("Let me see."), call, ending("TOOL_USE")));
    const [choice] = (await ask()).choices;
    expect(choice).toMatchObject({
      finish_reason: "function_call",
      message: { content: "Let me see.", function_call: functionCall },
    });
    expect(choice?.message.tool_calls ?? []).toEqual([]);
  });

  test.each([
    ["whole", () => completions.create(asked)],
    ["streamed", () => completions.stream(asked).finalChatCompletion()],
  ] as const)("is told of one call only, as it knows no more, %s", async (_, ask) => {
    const second = tool("t2", "get_weather", '{"city":"Bonn"}');
    bridge.simulator.script(stream(call, second, ending("TOOL_USE")));
    expect((await ask()).choices).toMatchObject([
      { finish_reason: "function_call", message: { function_call: functionCall } },
    ]);
  });

  test("goes on with its result", async () => {
    bridge.simulator.script(stream(call, ending("TOOL_USE")), stream(text("Sunny."), ending("END_TURN")));
    const first = await completions.create(asked);
    const messages: ChatCompletionMessageParam[] = [
      ...chat.messages,
      ...first.choices.map(({ message }) => message),
      { role: "function", name: "get_weather", content: "sunny" },
    ];
    const second = await completions.create({ ...asked, messages });
    expect(second.choices).toMatchObject([{ finish_reason: "stop", message: { content: "Sunny." } }]);
    const sent = latestRequest(bridge).body;
    expect(JSON.stringify(sent)).toContain('"name":"get_weather","input":{"city":"Ulm"}');
    expect(sent).toMatchObject({
      conversationState: {
        currentMessage: {
          userInputMessage: {
            userInputMessageContext: { toolResults: [{ content: [{ text: "sunny" }] }] },
          },
        },
      },
    });
  });
});
