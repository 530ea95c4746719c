import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ScriptedHttpAnswer } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { timeFor } from "../support/cases.ts";
import { ending, refusal, stream, text, tool } from "../support/script.ts";
import { type Answer, brokenAnswers, wholeAnswers } from "./answers.ts";
import { contentOf, readMessageStream } from "./anthropic/grammar.ts";
import { readChunkStream } from "./openai/grammar.ts";

const bridge = startBridge();
afterAll(bridge.stop);

const asking = { model: "claude-sonnet-4.5", messages: [{ role: "user", content: "Hello" }] };
const opening = stream(
  text("Let me see."),
  tool("tooluse_a", "web_search", '{"query":"bun"}'),
  tool("tooluse-b", "web_search", "{}"),
  ending("TOOL_USE"),
);

/** The service searches, and then answers so. */
function ask(path: string, body: object, { script }: Answer, search: ScriptedHttpAnswer | undefined) {
  bridge.simulator.script(opening, script);
  if (search) bridge.simulator.scriptSearch(search);
  return fetch(bridge.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...asking, ...body }),
  });
}

const message = (stream: boolean, answer: Answer, search?: ScriptedHttpAnswer) => {
  const tools = [{ type: "web_search_20250305", name: "web_search" }];
  return ask("/v1/messages", { max_tokens: 20_000, stream, tools }, answer, search);
};
const chat = (stream: boolean, answer: Answer, search?: ScriptedHttpAnswer) =>
  ask("/v1/chat/completions", { stream, web_search_options: {} }, answer, search);

const outcomes = () =>
  fc.constantFrom<ScriptedHttpAnswer | undefined>(
    undefined,
    refusal(500, "InternalServerException", "oh no"),
    refusal(429, "ThrottlingException", "Too many requests."),
  );

const searchBlocks = ["server_tool_use", "web_search_tool_result"] as const;

describe("an answer with searches before it", () => {
  test(
    "is a sentence of anthropic's grammar that says all that was said, streamed and whole",
    async () => {
      const property = fc.asyncProperty(wholeAnswers(), outcomes(), async (answer, search) => {
        const response = await message(true, answer, search);
        const folded = readMessageStream(await response.bytes());
        expect(folded.blocks.slice(0, 5).map(({ type }) => type)).toEqual([
          "text",
          ...searchBlocks,
          ...searchBlocks,
        ]);
        const texts = folded.blocks.filter(({ type }) => type === "text").map((block) => block.text);
        expect(texts.join("")).toBe(`Let me see.${answer.text}`);
        const whole = await (await message(false, answer, search)).json();
        expect(whole).toMatchObject({ content: contentOf(folded), stop_reason: folded.stopReason });
      });
      await fc.assert(property, { numRuns: 100 });
    },
    timeFor(),
  );

  test(
    "is a sentence of openai's grammar that says no word of them, streamed and whole",
    async () => {
      const property = fc.asyncProperty(wholeAnswers(), outcomes(), async (answer, search) => {
        const response = await chat(true, answer, search);
        const folded = readChunkStream(await response.bytes(), false);
        const content = `Let me see.\n\n${answer.text}`;
        expect(folded).toMatchObject({ text: content, reasoning: answer.reasoning, calls: answer.calls });
        const whole = await (await chat(false, answer, search)).json();
        expect(whole).toMatchObject({
          choices: [{ finish_reason: folded.finishReason, message: { content } }],
        });
      });
      await fc.assert(property, { numRuns: 100 });
    },
    timeFor(),
  );

  test(
    "is never a success when it breaks",
    async () => {
      const property = fc.asyncProperty(brokenAnswers(), async (answer) => {
        const folded = readMessageStream(await (await message(true, answer)).bytes());
        expect(folded.stopReason).toBeUndefined();
        expect(readChunkStream(await (await chat(true, answer)).bytes(), false).finishReason).toBeUndefined();
        expect((await message(false, answer)).ok).toBe(false);
      });
      await fc.assert(property, { numRuns: 100 });
    },
    timeFor(),
  );
});
