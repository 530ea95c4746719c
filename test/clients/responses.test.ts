import { afterAll, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { startBridge } from "../support/bridge.ts";
import { png } from "../support/images.ts";
import { ending, exception, openTool, reasoning, refusal, stream, text, tool } from "../support/script.ts";
import { weather } from "./rig.ts";

const bridge = startBridge();
afterAll(() => bridge.stop());
const client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: "any", maxRetries: 0 });
const model = "claude-sonnet-4.5";

/** What the simulator was last asked: the message and the history before it. */
function lastState() {
  const body = bridge.simulator.requests.findLast(({ path }) => path === "/generateAssistantResponse")?.body;
  return JSON.stringify(body);
}

async function events(stream: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const seen: ResponseStreamEvent[] = [];
  for await (const event of stream) seen.push(event);
  return seen;
}

describe("an answer", () => {
  test("is the same streamed and whole", async () => {
    const script = stream(
      reasoning(["I ", "think."], "sig"),
      text("Grü", "ße 😀"),
      tool("t1", "get_weather", '{"city"', ':"Ulm"}'),
      ending("TOOL_USE"),
    );
    bridge.simulator.script(script, script);
    const asked = { model, input: "Hi", tools: [weather], include: ["reasoning.encrypted_content" as const] };
    const whole = await client.responses.create(asked);
    const streamed = await client.responses.stream(asked).finalResponse();
    const plain = (output: unknown) =>
      JSON.parse(JSON.stringify(output).replaceAll(/(rs|msg|fc)_[0-9a-f-]+_/g, "$1_"));
    expect(plain(whole.output)).toMatchObject([
      {
        type: "reasoning",
        summary: [{ type: "summary_text", text: "I think." }],
        encrypted_content: expect.stringContaining("sig"),
      },
      { type: "message", content: [{ type: "output_text", text: "Grüße 😀" }] },
      {
        type: "function_call",
        call_id: "t1",
        name: "get_weather",
        arguments: '{"city":"Ulm"}',
        status: "completed",
      },
    ]);
    expect(plain(streamed.output)).toMatchObject(plain(whole.output));
    expect(streamed.status).toBe("completed");
  });

  test("numbers its events without a gap, opens and closes each item once, and says completed last", async () => {
    bridge.simulator.script(stream(text("a"), tool("t1", "get_weather"), text("b"), ending("TOOL_USE")));
    const seen = await events(
      await client.responses.create({ model, input: "Hi", tools: [weather], stream: true }),
    );
    expect(seen.map(({ sequence_number }) => sequence_number)).toEqual(seen.map((_, index) => index));
    const indexes = (type: ResponseStreamEvent["type"]) =>
      seen.flatMap((event) => (event.type === type && "output_index" in event ? [event.output_index] : []));
    expect(indexes("response.output_item.added")).toEqual([0, 1, 2]);
    expect(indexes("response.output_item.done")).toEqual([0, 1, 2]);
    expect(seen.at(0)?.type).toBe("response.created");
    expect(seen.at(-1)?.type).toBe("response.completed");
  });

  test("keeps to a format that an item asks for, and the client parses it", async () => {
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const format = { type: "json_schema", name: "place", schema } as const;
    bridge.simulator.script(stream(tool("t1", "final_answer", '{"city":"Ulm"}'), ending("TOOL_USE")));
    const { output_parsed } = await client.responses.parse({
      model,
      input: [
        { role: "user", content: "Where?" },
        { type: "configuration_update", text: { format } },
      ],
    });
    expect(output_parsed).toEqual({ city: "Ulm" });
  });

  test("cut by the length limit is incomplete", async () => {
    bridge.simulator.script(
      stream(text("So far"), openTool("t1", "get_weather", '{"ci'), ending("MAX_TOKENS")),
    );
    const response = await client.responses.create({ model, input: "Hi", tools: [weather] });
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ type: "message" }, { type: "function_call", status: "incomplete", arguments: '{"ci' }],
    });
  });

  test("cut in its text has an incomplete message, whole, streamed and in its event", async () => {
    const script = stream(text("So ", "far"), ending("MAX_TOKENS"));
    bridge.simulator.script(script, script);
    const output = [{ type: "message", status: "incomplete", content: [{ text: "So far" }] }];
    expect(await client.responses.create({ model, input: "Hi" })).toMatchObject({ output });
    const streamed = await events(await client.responses.create({ model, input: "Hi", stream: true }));
    expect(streamed.at(-1)).toMatchObject({ type: "response.incomplete", response: { output } });
    expect(streamed.find(({ type }) => type === "response.output_item.done")).toMatchObject({
      item: output[0],
    });
  });

  test("that breaks in mid-stream is failed, and nothing says that it was completed", async () => {
    bridge.simulator.script(stream(text("Half"), exception("internalServerException", "oh")));
    const seen = await events(await client.responses.create({ model, input: "Hi", stream: true }));
    expect(seen.at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error" } },
    });
    expect(seen.some(({ type }) => type === "response.completed")).toBe(false);
  });

  test.each([
    ["of the month", "MONTHLY_REQUEST_COUNT", "limit", "insufficient_quota"],
    ["of the day", "DAILY_REQUEST_COUNT", "limit", "usage_limit_reached"],
    ["of the hour", null, "60-minute credit limit exceeded", "usage_limit_reached"],
  ])("that the quota %s forbids is a 429 that Codex stops at", async (_, reason, words, type) => {
    bridge.simulator.script(refusal(429, "ThrottlingException", words, reason));
    const failure = await client.responses.create({ model, input: "Hi" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 429, code: type, type });
  });

  test("for a model that the service does not have is a 400, which Codex stops at", async () => {
    bridge.simulator.script(refusal(400, "ValidationException", "Invalid model.", "INVALID_MODEL_ID"));
    const failure = await client.responses.create({ model, input: "Hi" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 400, code: "model_not_found", type: "invalid_request_error" });
  });
});

describe("a response object", () => {
  test("says what it was asked, streamed, whole and retrieved", async () => {
    const asked = {
      instructions: "Be brief.",
      metadata: { session: "5" },
      parallel_tool_calls: false,
      tool_choice: "required" as const,
      tools: [weather],
    };
    const answer = stream(tool("t1", "get_weather", "{}"), ending("TOOL_USE"));
    bridge.simulator.script(answer, answer);
    const whole = await client.responses.create({ model, input: "Hi", ...asked });
    expect(whole).toMatchObject(asked);
    expect(await client.responses.retrieve(whole.id)).toMatchObject(asked);
    const seen = await events(await client.responses.create({ model, input: "Hi", ...asked, stream: true }));
    for (const event of seen) if ("response" in event) expect(event.response).toMatchObject(asked);
  });

  test("says what holds where nothing was asked", async () => {
    bridge.simulator.script(stream(text("ok"), ending()));
    expect(await client.responses.create({ model, input: "Hi" })).toMatchObject({
      instructions: null,
      metadata: {},
      parallel_tool_calls: true,
      tool_choice: "auto",
      tools: [],
    });
  });
});

describe("input", () => {
  test("of every kind reaches the service", async () => {
    bridge.simulator.script(stream(text("ok"), ending()));
    await client.responses.create({
      model,
      instructions: "Be brief.",
      input: [
        { role: "developer", content: "A rule." },
        {
          role: "user",
          content: [
            { type: "input_text", text: "Look:" },
            { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${png(2, 2).data}` },
          ],
        },
        { type: "function_call", call_id: "c1", name: "get_weather", arguments: '{"city":"Ulm"}' },
        { type: "function_call_output", call_id: "c1", output: "sunny" },
        { type: "custom_tool_call", call_id: "c2", name: "apply_patch", input: "*** Begin" },
        { type: "custom_tool_call_output", call_id: "c2", output: "done" },
        { type: "message", role: "user", content: "Go on." },
      ],
      tools: [
        weather,
        { type: "custom", name: "apply_patch", description: "Patches." },
        { type: "web_search" },
      ],
    });
    const state = lastState();
    for (const part of [
      "Be brief.",
      "A rule.",
      "Look:",
      '"city":"Ulm"',
      "sunny",
      "*** Begin",
      "done",
      "Go on.",
      '"format":"png"',
    ])
      expect(state).toContain(part);
    expect(bridge.simulator.requests.at(-1)?.violations).toEqual([]);
  });

  test("goes on from an earlier response", async () => {
    bridge.simulator.script(stream(text("The answer is 42."), ending()), stream(text("ok"), ending()));
    const first = await client.responses.create({ model, input: "What is it?" });
    await client.responses.create({ model, input: "Why?", previous_response_id: first.id });
    for (const part of ["What is it?", "The answer is 42.", "Why?"]) expect(lastState()).toContain(part);
    expect((await client.responses.retrieve(first.id)).id).toBe(first.id);
    await client.responses.delete(first.id);
    const gone = await client.responses
      .create({ model, input: "x", previous_response_id: first.id })
      .catch((error: unknown) => error);
    expect(gone).toMatchObject({ status: 404, code: "previous_response_not_found" });
  });

  test("is not kept when the client says so", async () => {
    bridge.simulator.script(stream(text("ok"), ending()));
    const { id } = await client.responses.create({ model, input: "x", store: false });
    expect(await client.responses.retrieve(id).catch(({ status }: { status: number }) => status)).toBe(404);
  });
});

describe("tools", () => {
  test("of a namespace are called by their name and namespace", async () => {
    bridge.simulator.script(stream(tool("t1", "agents__spawn", '{"n":1}'), ending("TOOL_USE")));
    const response = await client.responses.create({
      model,
      input: "Hi",
      tools: [
        { type: "namespace", name: "agents", description: "Agents.", tools: [{ ...weather, name: "spawn" }] },
      ],
    });
    expect(response.output).toMatchObject([
      { type: "function_call", name: "spawn", namespace: "agents", arguments: '{"n":1}' },
    ]);
  });

  test("that take free text are called with it", async () => {
    bridge.simulator.script(
      stream(tool("t1", "apply_patch", '{"input":"*** Be', 'gin"}'), ending("TOOL_USE")),
    );
    const tools = [{ type: "custom" as const, name: "apply_patch", description: "Patches." }];
    const response = await client.responses.stream({ model, input: "Hi", tools }).finalResponse();
    expect(response.output).toMatchObject([
      { type: "custom_tool_call", name: "apply_patch", input: "*** Begin" },
    ]);
  });
});
