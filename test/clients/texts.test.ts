import { afterAll, describe, expect, test } from "bun:test";
import type { Chunking } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { ending, metadata, reasoning, stream, text } from "../support/script.ts";
import { anthropicClient, chat, hearChat, hearMessage, message, nothingYet, openaiClient } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

const texts: Readonly<Record<string, readonly string[]>> = {
  "small deltas": ["Gr", "ü", "ße", ", ", "Welt", "!"],
  "characters of several bytes": ["👩‍👩‍👧‍👦", "日本語", "\u2028\u2029", "\ufeff", "e\u0301"],
  "a character cut in two": ["\ud83d", "\ude00"],
  "empty deltas": ["", "a", "", "", "b", ""],
  "equal neighbours": ["1", "1", "\n", "\n", "\n", "ha", "ha"],
  "what looks like the framing": ["data: [DONE]\n\n", "event: error\n", "\r\n\r\n", '{"content":"x"}', ": "],
  "control characters": ["\u0000", "\u0001\u001f", "\u007f", "\t\b\f"],
  "a long delta": ["x".repeat(60_000)],
};

const chunkings: readonly Chunking[] = ["frame", "whole", "straddling", 7];

describe.each(Object.keys(texts))("text of %s", (name) => {
  const deltas = texts[name] ?? [];
  const said = deltas.join("");

  test.each(chunkings)("is streamed to the letter, whatever the chunks: %s", async (chunking) => {
    const answer = { ...stream(text(...deltas), ending("END_TURN")), chunking };
    bridge.simulator.script(answer, answer);
    const chunks = await hearChat(openai, chat);
    expect(chunks).toMatchObject({ successes: ["stop"], failure: undefined });
    expect(chunks.deltas.join("")).toBe(said);
    const events = await hearMessage(anthropic, message);
    expect(events).toMatchObject({ successes: ["end_turn", "message_stop"], failure: undefined });
    expect(events.deltas.join("")).toBe(said);
  });

  test("is whole when it is not streamed", async () => {
    const answer = stream(text(...deltas), ending("END_TURN"));
    bridge.simulator.script(answer, answer);
    const completion = await openai.chat.completions.create(chat);
    expect(completion.choices.map((choice) => choice.message.content)).toEqual([said]);
    const { content } = await anthropic.messages.create(message);
    expect(content).toEqual([{ type: "text", text: said, citations: null }]);
  });
});

describe("pieces", () => {
  const clock = manualClock();
  const slow = startBridge({ clock });
  afterAll(slow.stop);

  test("that come together leave as one, and what comes later leaves later", async () => {
    const answer = stream(text("Hel", "lo"), [{ pauseMs: 1000 }], text(", ", "world"), ending("END_TURN"));
    slow.simulator.script({ ...answer, chunking: "whole" });
    const heard = nothingYet();
    const over = hearMessage(anthropicClient(slow), message, heard);
    // The simulator's pause, the watch over the service, the next heartbeat.
    await until(() => heard.deltas.length > 0 && clock.waiting() === 3);
    clock.advance(1000);
    await over;
    expect(heard.deltas).toEqual(["Hello", ", world"]);
  });
});

describe("the SDKs' stream helpers", () => {
  const answers = {
    text: stream(text("Hello", ", ", "world"), ending("END_TURN")),
    "a cut text": stream(text("Hello"), ending("MAX_TOKENS")),
    "reported usage": stream(
      text("Hello"),
      metadata({ stopReason: "END_TURN", tokenUsage: { uncachedInputTokens: 12, outputTokens: 3 } }),
    ),
  };

  test.each(Object.entries(answers))("openai's ends with the same completion: %s", async (_, answer) => {
    bridge.simulator.script(answer, answer);
    const options = { stream_options: { include_usage: true } };
    const streamed = await openai.chat.completions.stream({ ...chat, ...options }).finalChatCompletion();
    const { id, created, ...whole } = await openai.chat.completions.create(chat);
    expect(streamed).toMatchObject(whole);
    expect(streamed.id).toStartWith("chatcmpl-");
    expect(id).not.toBe(streamed.id);
    expect(Math.abs(created - streamed.created)).toBeLessThanOrEqual(1);
  });

  test.each(Object.entries(answers))("anthropic's ends with the same message: %s", async (_, answer) => {
    bridge.simulator.script(answer, answer);
    const { id, ...streamed } = await anthropic.messages.stream(message).finalMessage();
    const { id: otherId, ...whole } = await anthropic.messages.create(message);
    expect(streamed).toMatchObject(whole);
    expect(id).toStartWith("msg_");
    expect(otherId).not.toBe(id);
  });

  test("anthropic's ends with the thoughts and their signature", async () => {
    const answer = stream(reasoning(["Let me", " see."], "c2lnbmF0dXJl"), text("Done."), ending("END_TURN"));
    bridge.simulator.script(answer, answer);
    const streamed = await anthropic.messages.stream(message).finalMessage();
    expect(streamed.content).toMatchObject([
      { type: "thinking", thinking: "Let me see.", signature: expect.stringMatching(/./) },
      { type: "text", text: "Done." },
    ]);
    expect(await anthropic.messages.create(message)).toMatchObject({ content: streamed.content });
  });

  test("openai's chunks carry thoughts as reasoning_content, and so does the whole", async () => {
    const events = stream(reasoning(["Let me", " see."], "c2ln"), text("Done."), ending("END_TURN"));
    const answer = { ...events, chunking: "whole" } as const;
    bridge.simulator.script(answer, answer);
    const chunks = await Array.fromAsync(await openai.chat.completions.create({ ...chat, stream: true }));
    const thoughts: unknown[] = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    expect(thoughts).toContainEqual({ reasoning_content: "Let me see." });
    expect(await openai.chat.completions.create(chat)).toMatchObject({
      choices: [{ message: { content: "Done.", reasoning_content: "Let me see." } }],
    });
  });
});
