import { afterAll, describe, expect, test } from "bun:test";
import type { InputItemListParams } from "openai/resources/responses/input-items";
import type { ResponseCreateParams, ResponseItem } from "openai/resources/responses/responses";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, stream, text, tool } from "../support/script.ts";
import { failureOf, openaiClient, weather } from "./rig.ts";

const bridge = startBridge();
afterAll(() => bridge.stop());
const client = openaiClient(bridge);
const model = "claude-sonnet-4.5";

/** All pages, as the SDK follows them. */
async function listed(id: string, query: InputItemListParams = {}): Promise<ResponseItem[]> {
  const items: ResponseItem[] = [];
  for await (const item of client.responses.inputItems.list(id, { order: "asc", ...query })) items.push(item);
  return items;
}

async function respond(input: NonNullable<ResponseCreateParams["input"]>) {
  bridge.simulator.script(stream(text("ok"), ending()));
  return client.responses.create({ model, input });
}

describe("the input of a stored response", () => {
  test("is listed in the long form, with ids that stay the same", async () => {
    const { id } = await respond([
      { role: "developer", content: "Be brief." },
      { role: "user", content: [{ type: "input_text", text: "Hi" }] },
      { type: "function_call", id: "fc_mine", call_id: "c1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "sunny" },
    ]);
    const items = await listed(id);
    expect(items).toMatchObject([
      { type: "message", role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] },
      { type: "function_call", id: "fc_mine", call_id: "c1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "sunny" },
    ]);
    expect(new Set(items.map((item) => item.id)).size).toBe(4);
    expect(await listed(id)).toEqual(items);
    expect(await listed(id, { order: "desc" })).toEqual(items.toReversed());
  });

  test("has the members that OpenAI's types require, where the client left them out", async () => {
    const { id } = await respond([
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { type: "function_call", call_id: "c1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "sunny" },
      { type: "custom_tool_call", call_id: "c2", name: "apply_patch", input: "*** Begin Patch" },
      { type: "custom_tool_call_output", call_id: "c2", output: "ok" },
    ]);
    expect(await listed(id)).toMatchObject([
      { status: "completed" },
      { status: "completed", content: [{ type: "output_text", text: "Hello.", annotations: [] }] },
      { type: "function_call", status: "completed" },
      { type: "function_call_output", status: "completed" },
      { type: "custom_tool_call", status: "completed" },
      { type: "custom_tool_call_output", status: "completed" },
    ]);
  });

  test("is one message where it was a text", async () => {
    const { id } = await respond("Hello");
    expect(await listed(id)).toMatchObject([
      { role: "user", content: [{ type: "input_text", text: "Hello" }] },
    ]);
  });

  test("keeps the types of its items, also where a client gave each one a role", async () => {
    const items = [
      { type: "additional_tools", role: "developer", tools: [] },
      { type: "function_call", role: "assistant", call_id: "c1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", role: "tool", call_id: "c1", output: "sunny" },
      { type: "reasoning", role: "assistant", summary: [], content: [] },
    ];
    const { id } = await respond(items as NonNullable<ResponseCreateParams["input"]>);
    const page = await client.responses.inputItems.list(id, { order: "asc" });
    const listedItems: unknown[] = page.data.map(({ id: _, ...item }) => item);
    expect(listedItems).toMatchObject(items);
  });

  test("holds what came before it, and shows what proves it only to those who ask", async () => {
    bridge.simulator.script(
      stream(reasoning(["I think."], "sig"), tool("t1", "get_weather", "{}"), ending("TOOL_USE")),
      stream(text("ok"), ending()),
    );
    const first = await client.responses.create({ model, input: "What is it?", tools: [weather] });
    const { id } = await client.responses.create({
      model,
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id: "t1", output: "sunny" }],
      tools: [weather],
    });
    const items = await listed(id);
    expect(items.map(({ type }) => type)).toEqual([
      "message",
      "reasoning",
      "function_call",
      "function_call_output",
    ]);
    expect(items[1]).not.toHaveProperty("encrypted_content");
    const proven = await listed(id, { include: ["reasoning.encrypted_content"] });
    expect(proven[1]).toMatchObject({ encrypted_content: expect.stringContaining("sig") });
  });

  test("comes newest first, in pages of 20 unless the client says otherwise", async () => {
    const { id } = await respond(
      Array.from({ length: 45 }, (_, index) => ({ role: "user" as const, content: `${index}` })),
    );
    const page = await client.responses.inputItems.list(id);
    expect(page.data).toHaveLength(20);
    expect(page.data[0]).toMatchObject({ content: [{ text: "44" }] });
    expect(page).toMatchObject({ has_more: true });
    expect(await listed(id, { limit: 7 })).toHaveLength(45);
    expect((await client.responses.inputItems.list(id, { limit: 100 })).data).toHaveLength(45);
  });

  test("ends also where a client gave several items one id", async () => {
    const same = { type: "function_call_output", id: "fco_same", call_id: "c1", output: "x" } as const;
    const { id } = await respond(Array.from({ length: 5 }, () => same));
    expect(await listed(id, { limit: 2, order: "desc" })).toHaveLength(5);
  });

  test.each([
    [{ limit: 0 }, "limit", "limit: must be an integer from 1 to 100"],
    [{ limit: 101 }, "limit", "limit: must be an integer from 1 to 100"],
    [{ order: "up" as "asc" }, "order", 'order: must be "asc" or "desc"'],
    [{ after: "msg_nowhere" }, "after", "after: the response's input has no item with this id."],
  ])("is not listed by %j", async (query, param, message) => {
    const { id } = await respond("Hello");
    const failure = await failureOf(client.responses.inputItems.list(id, query));
    expect(failure).toMatchObject({ status: 400, type: "invalid_request_error", param, error: { message } });
  });

  test("of a response that is not here is not found", async () => {
    expect(await failureOf(client.responses.inputItems.list("resp_none"))).toMatchObject({
      status: 404,
      param: null,
      error: {
        message: expect.stringMatching(/^Response with id 'resp_none' not found: .*until it stops\.$/),
      },
    });
  });
});

describe("cancelling", () => {
  test("is refused for a response, as none runs in the background", async () => {
    const { id } = await respond("Hello");
    expect(await failureOf(client.responses.cancel(id))).toMatchObject({
      status: 400,
      type: "invalid_request_error",
      param: "response_id",
    });
  });

  test("does not find a response that is not here", async () => {
    expect(await failureOf(client.responses.cancel("resp_none"))).toMatchObject({ status: 404 });
  });
});

test.each([
  ["GET", ""],
  ["DELETE", ""],
  ["GET", "/input_items"],
  ["POST", "/cancel"],
])("an id whose escapes are broken is not found: %s …%s", async (method, rest) => {
  const { status } = await fetch(`${bridge.url}/v1/responses/%zz${rest}`, { method });
  expect(status).toBe(404);
});

test("a stored response is not streamed again", async () => {
  const { id } = await respond("Hello");
  expect(await failureOf(client.responses.stream({ response_id: id }).finalResponse())).toMatchObject({
    status: 400,
    param: "stream",
  });
  expect(await client.responses.retrieve(id, { stream: false })).toMatchObject({ id });
});
