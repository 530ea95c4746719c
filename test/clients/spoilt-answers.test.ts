import { afterAll, describe, expect, test } from "bun:test";
import { APIError as AnthropicAPIError } from "@anthropic-ai/sdk";
import { APIError } from "openai";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, stream, tool } from "../support/script.ts";
import { anthropicClient, chat, failureOf, message, openaiClient } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const willing = { maxRetries: 2 };
const openai = openaiClient(bridge, willing);
const anthropic = anthropicClient(bridge, willing);

const input_schema = { type: "object" as const };
const functionTool = { name: "read", parameters: input_schema };

/** A client that forbids calls, by protocol; the SDKs would retry twice if they were told to. */
const asking: Readonly<Record<string, (stream: boolean) => PromiseLike<unknown>>> = {
  "/v1/chat/completions": (stream) =>
    openai.chat.completions.create({
      ...chat,
      tools: [{ type: "function", function: functionTool }],
      tool_choice: "none",
      stream,
    }),
  "/v1/responses": (stream) =>
    openai.responses.create({
      model: chat.model,
      input: "Hello",
      tools: [{ type: "function", strict: false, ...functionTool }],
      tool_choice: "none",
      stream,
    }),
  "/v1/messages": (stream) =>
    anthropic.messages.create({
      ...message,
      tools: [{ name: "read", input_schema }],
      tool_choice: { type: "none" },
      stream,
    }),
};

async function failureWithHits(ask: () => PromiseLike<unknown>) {
  const before = bridge.simulator.requests.length;
  const failure = await failureOf(ask());
  if (!(failure instanceof APIError || failure instanceof AnthropicAPIError)) throw failure;
  const { status, message: words, headers } = failure;
  return {
    words,
    status,
    shouldRetry: headers?.get("x-should-retry"),
    retryAfter: headers?.get("retry-after"),
    hits: bridge.simulator.requests.length - before,
  };
}

const final = { status: 502, shouldRetry: "false", retryAfter: null, hits: 1 };

describe("an answer of nothing but calls that are forbidden", () => {
  const cases = Object.entries(asking).flatMap(([path, ask]) =>
    [false, true].map((isStreamed) => [path, isStreamed, ask] as const),
  );

  test.each(cases)("is not retried by the SDKs: %s, streamed: %p", async (_, isStreamed, ask) => {
    bridge.simulator.script(stream(tool("t1", "read", "{}"), ending("TOOL_USE")));
    const { words, ...rest } = await failureWithHits(() => ask(isStreamed));
    expect(rest).toEqual(final);
    expect(words).toContain("let it call them, or change the request");
  });

  test("fails in mid-stream after thoughts have been sent", async () => {
    bridge.simulator.script(
      stream(reasoning(["I had better look."], "c2ln"), tool("t1", "read", "{}"), ending("TOOL_USE")),
    );
    const ended = anthropic.messages
      .stream({ ...message, tool_choice: { type: "none" }, tools: [{ name: "read", input_schema }] })
      .finalMessage();
    expect(await failureOf(ended)).toMatchObject({ type: "api_error" });
  });
});

test("a whole message with a call that is not JSON is not retried by the SDKs", async () => {
  bridge.simulator.script(stream(tool("t1", "read", '{"path":'), ending("TOOL_USE")));
  const { words, ...rest } = await failureWithHits(() =>
    anthropic.messages.create({ ...message, tools: [{ name: "read", input_schema }] }),
  );
  expect(rest).toEqual(final);
  expect(words).toContain("change the request or pick another model");
});
