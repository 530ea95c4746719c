import { afterAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI, { NotFoundError } from "openai";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text } from "../support/script.ts";
import { anthropicClient, chat, failureOf, message, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const hello = stream(text("Hello"), ending("END_TURN"));

describe("base URLs that people enter", () => {
  test.each(["", "/v1", "/v1/v1", "/openai/v1"])("work for openai's client: %p", async (prefix) => {
    bridge.simulator.script(hello);
    const client = openaiClient(bridge, { baseURL: bridge.url + prefix });
    expect((await client.chat.completions.create(chat)).choices[0]?.message.content).toBe("Hello");
    expect((await client.models.list()).data.length).toBeGreaterThan(0);
  });

  test.each(["/v1/messages", "/v1/v1/messages", "/messages", "/anthropic/v1/messages"])(
    "work for anthropic's: %s",
    async (path) => {
      bridge.simulator.script(hello);
      const client = anthropicClient(bridge, {
        baseURL: bridge.url + path.replace(/\/v1\/messages$|\/messages$/, ""),
      });
      const answer = path.includes("/v1/")
        ? await client.messages.create(message)
        : await (await post(bridge, path, { ...message, stream: false })).json();
      expect(answer).toMatchObject({ type: "message", content: [{ type: "text", text: "Hello" }] });
    },
  );

  test("a query is no part of the path", async () => {
    bridge.simulator.script(hello);
    const answer = await post(bridge, "/v1/messages?beta=true", { ...message, stream: false });
    expect(await answer.json()).toMatchObject({ type: "message" });
  });
});

describe("messages that do not say whether to stream", () => {
  const asked = (accept?: string) => {
    bridge.simulator.script(hello);
    return post(bridge, "/v1/messages", message, accept === undefined ? {} : { accept });
  };

  test.each([undefined, "*/*", "text/event-stream", "application/json, text/event-stream", "text/html"])(
    "are streamed for accept: %p",
    async (accept) => {
      const answer = await asked(accept);
      expect(answer.headers.get("content-type")).toStartWith("text/event-stream");
      expect(await answer.text()).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    },
  );

  test.each(["application/json", "application/json; charset=utf-8"])(
    "are whole for accept: %s",
    async (accept) => {
      const answer = await asked(accept);
      expect(answer.headers.get("content-type")).toStartWith("application/json");
      expect(await answer.json()).toMatchObject({ content: [{ text: "Hello" }] });
    },
  );

  test("are as they say, whatever they accept", async () => {
    bridge.simulator.script(hello, hello);
    const whole = await post(
      bridge,
      "/v1/messages",
      { ...message, stream: false },
      { accept: "text/event-stream" },
    );
    expect(whole.headers.get("content-type")).toStartWith("application/json");
    const streamed = await post(
      bridge,
      "/v1/messages",
      { ...message, stream: true },
      { accept: "application/json" },
    );
    expect(streamed.headers.get("content-type")).toStartWith("text/event-stream");
    await streamed.text();
  });
});

describe("a chat completion", () => {
  test("is whole unless a stream is asked for, whatever is accepted", async () => {
    bridge.simulator.script(hello);
    const answer = await post(bridge, "/v1/chat/completions", chat, { accept: "text/event-stream" });
    expect(await answer.json()).toMatchObject({ object: "chat.completion" });
  });

  test("that is streamed ends in [DONE], which comes once", async () => {
    bridge.simulator.script(hello);
    const body = await (await post(bridge, "/v1/chat/completions", { ...chat, stream: true })).text();
    expect(body).toEndWith("\n\ndata: [DONE]\n\n");
    expect(body.split("[DONE]")).toHaveLength(2);
  });

  test("names the model as the client did", async () => {
    bridge.simulator.script(hello, hello);
    const model = "anthropic/claude-sonnet-4-5-20250929";
    expect(await openaiClient(bridge).chat.completions.create({ ...chat, model })).toMatchObject({ model });
    expect(await anthropicClient(bridge).messages.create({ ...message, model })).toMatchObject({ model });
  });
});

describe("models", () => {
  test("are listed for openai's client and found one by one", async () => {
    const client = openaiClient(bridge);
    const ids = (await Array.fromAsync(client.models.list())).map(({ id }) => id);
    expect(ids).toContain("claude-sonnet-4.5");
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(await client.models.retrieve(id)).toMatchObject({ id, object: "model" });
  });

  test("are listed for anthropic's client and found one by one", async () => {
    const client = anthropicClient(bridge);
    const models = await Array.fromAsync(client.models.list());
    expect(models.map(({ id }) => id)).toContain("claude-sonnet-4.5");
    for (const { id, display_name } of models)
      expect(await client.models.retrieve(id)).toMatchObject({ type: "model", id, display_name });
  });

  test.each([
    "claude-sonnet-4-5",
    "anthropic/claude-sonnet-4.5",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  ])("are found by other spellings: %s", async (name) => {
    const path = `/v1/models/${encodeURIComponent(name)}`;
    expect(await (await fetch(bridge.url + path)).json()).toMatchObject({ id: "claude-sonnet-4.5" });
  });

  test("that do not exist are not found, in either client's words", async () => {
    const chatFailure = await failureOf(openaiClient(bridge).models.retrieve("gpt-2"));
    expect(chatFailure).toBeInstanceOf(NotFoundError);
    expect(chatFailure).toMatchObject({ code: "model_not_found" });
    const messageFailure = await failureOf(anthropicClient(bridge).models.retrieve("gpt-2"));
    expect(messageFailure).toBeInstanceOf(Anthropic.NotFoundError);
    expect(messageFailure).toMatchObject({ type: "not_found_error" });
  });
});

describe("counting tokens", () => {
  test("tells about what the answer's usage tells, and asks the service nothing", async () => {
    bridge.simulator.script(hello);
    const client = anthropicClient(bridge);
    const { usage } = await client.messages.create(message);
    const before = bridge.simulator.requests.length;
    const { max_tokens, ...counted } = message;
    expect(max_tokens).toBeGreaterThan(0);
    const { input_tokens } = await client.messages.countTokens(counted);
    expect(input_tokens).toBe(usage.input_tokens);
    expect(bridge.simulator.requests).toHaveLength(before);
  });

  test("counts instructions and tools", async () => {
    const client = anthropicClient(bridge);
    const { model, messages } = message;
    const bare = await client.messages.countTokens({ model, messages });
    const full = await client.messages.countTokens({
      model,
      messages,
      system: "Be brief.",
      tools: [{ name: "read", description: "Reads a file.", input_schema: { type: "object" } }],
    });
    expect(full.input_tokens).toBeGreaterThan(bare.input_tokens);
  });

  test("counts a response's input, with all that it goes on from", async () => {
    bridge.simulator.script(hello);
    const { responses } = openaiClient(bridge);
    const { id, usage } = await responses.create({ model: message.model, input: "Hello" });
    const before = bridge.simulator.requests.length;
    const count = { model: message.model, input: "Hello" };
    const whole = await responses.inputTokens.count(count);
    expect(whole).toEqual({ object: "response.input_tokens", input_tokens: usage?.input_tokens ?? 0 });
    const longer = await responses.inputTokens.count({ ...count, previous_response_id: id });
    expect(longer.input_tokens).toBeGreaterThan(whole.input_tokens);
    const empty = await responses.inputTokens.count();
    expect(empty.input_tokens).toBeLessThan(whole.input_tokens);
    expect(bridge.simulator.requests).toHaveLength(before);
  });
});

describe("what is not there", () => {
  test("is not found in the words of the client that asked", async () => {
    const chatFailure = await failureOf(openaiClient(bridge).embeddings.create({ model: "x", input: "y" }));
    expect(chatFailure).toBeInstanceOf(OpenAI.NotFoundError);
    expect(chatFailure).toMatchObject({ type: "invalid_request_error", code: "not_found" });
    const messageFailure = await failureOf(anthropicClient(bridge).messages.batches.list());
    expect(messageFailure).toBeInstanceOf(Anthropic.NotFoundError);
    expect(messageFailure).toMatchObject({ type: "not_found_error" });
  });
});
