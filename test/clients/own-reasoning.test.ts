import { afterAll, describe, expect, test } from "bun:test";
import type { MessageCreateParams } from "@anthropic-ai/sdk/resources/messages";
import type { ResponseCreateParams } from "openai/resources/responses/responses";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, stream, text, tool } from "../support/script.ts";
import { anthropicClient, latestRequest, openaiClient, saidAgain } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { responses } = openaiClient(bridge);
const { messages } = anthropicClient(bridge);

const parameters = { type: "object" as const, properties: { city: { type: "string" } } };
const weather = { type: "function" as const, name: "get_weather", parameters, strict: false };
const result = { type: "function_call_output" as const, call_id: "t1", output: "sunny" };

interface Way {
  /** Asks, and sends the tool's result with whatever this way carries of the answer. */
  goOn(model: string): Promise<unknown>;
}

type Asked = ResponseCreateParams & { stream?: false };

const withItems = (rest: Partial<Asked>): Way => ({
  async goOn(model) {
    const asked = { model, tools: [weather], ...rest, input: [{ role: "user" as const, content: "Hi" }] };
    const { output } = await responses.create(asked);
    await responses.create({ ...asked, input: [...asked.input, ...saidAgain(output), result] });
  },
});
const withResponseId = (rest: Partial<Asked>): Way => ({
  async goOn(model) {
    const asked = { model, tools: [weather], ...rest };
    const { id } = await responses.create({ ...asked, input: "Hi", instructions: "Be nice." });
    await responses.create({ ...asked, input: [result], previous_response_id: id });
  },
});
const include: Asked["include"] = ["reasoning.encrypted_content"];

/** A turn in one message, or in a message for each of its blocks. */
const withMessages = (isSplit: boolean): Way => ({
  async goOn(model) {
    const asked = {
      model,
      max_tokens: 8000,
      tools: [{ name: "get_weather", input_schema: parameters }],
      messages: [{ role: "user", content: "Hi" }],
    } satisfies MessageCreateParams;
    const { content } = await messages.create(asked);
    const turns = isSplit ? content.map((block) => [block]) : [content];
    await messages.create({
      ...asked,
      messages: [
        ...asked.messages,
        ...turns.map((blocks) => ({ role: "assistant" as const, content: blocks })),
        { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "sunny" }] },
      ],
    });
  },
});

const ways: Readonly<Record<string, Way>> = {
  "messages, a turn a message": withMessages(false),
  "messages, a block a message": withMessages(true),
  "responses by items, stateless as Codex is": withItems({ include, store: false }),
  "responses by items": withItems({ include }),
  "responses by items without their proof": withItems({}),
  "responses by the response's id": withResponseId({}),
  "responses by the response's id, with proof": withResponseId({ include }),
  "responses by the response's id, with a form for the answer": withResponseId({
    text: { format: { type: "json_object" } },
  }),
};

const call = tool("t1", "get_weather", '{"city":"Ulm"}');
const ok = stream(text("ok"), ending("END_TURN"));
const answers = {
  "claude-opus-4.6": [reasoning(["I think."], "c2ln"), text("Let me look."), call],
  "claude-opus-4.8": [reasoning(["I think."], "c2ln"), call],
  "claude-opus-5, which does not show it,": [reasoning([], "c2ln"), call],
  "gpt-5.6-sol": [call, reasoning(["..."], ".KTR~~sig")],
};

describe.each(Object.entries(answers))("what %s signed", (name, answer) => {
  const [model = ""] = name.split(",");
  test.each(Object.entries(ways))("goes back to the service: %s", async (_, { goOn }) => {
    bridge.simulator.script(stream(...answer, ending("TOOL_USE")), ok);
    await goOn(model);
    expect(JSON.stringify(latestRequest(bridge).body)).toMatch(/"signature":"(c2ln|\.KTR~~sig)"/);
  });
});

test("a response that is gone on from keeps its conversation, whatever the instructions are now", async () => {
  bridge.simulator.script(ok, ok, ok);
  const first = await responses.create({ model: "auto", input: "Hi", instructions: "Be nice." });
  const second = await responses.create({ model: "auto", input: "More", previous_response_id: first.id });
  await responses.create({
    model: "auto",
    input: "Even more",
    previous_response_id: second.id,
    instructions: "Be brief.",
  });
  const sent = bridge.simulator.requests.slice(-3).map(({ body }) => JSON.stringify(body));
  const ids = sent.map((body) => /"conversationId":"([^"]+)"/.exec(body)?.[1]);
  expect(ids[0]).toBeString();
  expect(new Set(ids).size).toBe(1);
});
