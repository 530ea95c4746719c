import { afterAll, describe, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { ending, metadata, stream, text, tool } from "../support/script.ts";
import { anthropicClient, chat, message, openaiClient } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);
const withUsage = { ...chat, stream: true, stream_options: { include_usage: true } } as const;

const tokenUsage = {
  uncachedInputTokens: 100,
  cacheReadInputTokens: 20,
  cacheWriteInputTokens: 3,
  outputTokens: 40,
  totalTokens: 163,
};
const counted = stream(text("Hello"), metadata({ stopReason: "END_TURN", tokenUsage }), ending());
const chatUsage = {
  prompt_tokens: 123,
  completion_tokens: 40,
  total_tokens: 163,
  prompt_tokens_details: { cached_tokens: 20 },
};
const messageUsage = {
  input_tokens: 100,
  cache_read_input_tokens: 20,
  cache_creation_input_tokens: 3,
  output_tokens: 40,
};

describe("usage that the service counted", () => {
  test("is openai's, in the whole and in the last chunk", async () => {
    bridge.simulator.script(counted, counted);
    expect((await openai.chat.completions.create(chat)).usage).toEqual(chatUsage);
    const chunks = await Array.fromAsync(await openai.chat.completions.create(withUsage));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: chatUsage });
  });

  test("is anthropic's, in the whole and at the stream's end", async () => {
    bridge.simulator.script(counted, counted);
    expect((await anthropic.messages.create(message)).usage).toMatchObject(messageUsage);
    const events = await Array.fromAsync(await anthropic.messages.create({ ...message, stream: true }));
    expect(events.at(-2)).toMatchObject({ type: "message_delta", usage: messageUsage });
  });
});

describe("usage that nobody counted", () => {
  const answers = {
    text: stream(text("Hello there"), ending("END_TURN")),
    "one letter": stream(text("a")),
    "a call without input": stream(tool("tooluse_a", "read"), ending("TOOL_USE")),
  };

  test.each(Object.entries(answers))("is estimated and never zero: %s", async (_, answer) => {
    bridge.simulator.script(answer, answer, answer, answer);
    const { usage } = await openai.chat.completions.create(chat);
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens = 0 } = usage ?? {};
    expect(prompt_tokens).toBeGreaterThan(0);
    expect(completion_tokens).toBeGreaterThan(0);
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    const chunks = await Array.fromAsync(await openai.chat.completions.create(withUsage));
    expect(chunks.at(-1)?.usage).toEqual(usage ?? null);

    const whole = await anthropic.messages.create(message);
    expect(whole.usage.input_tokens).toBe(prompt_tokens);
    expect(whole.usage.output_tokens).toBe(completion_tokens);
    const [start, ...rest] = await Array.fromAsync(
      await anthropic.messages.create({ ...message, stream: true }),
    );
    expect(start).toMatchObject({ message: { usage: { input_tokens: prompt_tokens, output_tokens: 1 } } });
    expect(rest.at(-2)).toMatchObject({ usage: { output_tokens: completion_tokens } });
  });

  test("grows with the conversation", async () => {
    const answer = stream(text("ok"));
    bridge.simulator.script(answer, answer);
    const short = await openai.chat.completions.create(chat);
    const messages = [...chat.messages, { role: "user" as const, content: "word ".repeat(1000) }];
    const long = await openai.chat.completions.create({ ...chat, messages });
    const growth = (long.usage?.prompt_tokens ?? 0) - (short.usage?.prompt_tokens ?? 0);
    expect(growth).toBeGreaterThan(700);
    expect(growth).toBeLessThan(2000);
  });
});

describe("the usage chunk", () => {
  test("comes only when it is asked for, and then every other chunk says null", async () => {
    bridge.simulator.script(counted, counted);
    const plain = await Array.fromAsync(await openai.chat.completions.create({ ...chat, stream: true }));
    expect(plain.every((chunk) => !("usage" in chunk) && chunk.choices.length === 1)).toBe(true);
    const asked = await Array.fromAsync(await openai.chat.completions.create(withUsage));
    expect(asked.slice(0, -1).map(({ usage }) => usage)).toEqual(asked.slice(1).map(() => null));
  });
});
