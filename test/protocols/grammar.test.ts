import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { startBridge } from "../support/bridge.ts";
import { partOfCases, timeFor } from "../support/cases.ts";
import { type Answer, brokenAnswers, cutAnswers, endedAnswers, wholeAnswers } from "./answers.ts";
import { contentOf, type FoldedMessage, readMessageStream } from "./anthropic/grammar.ts";
import { type FoldedCompletion, readChunkStream } from "./openai/grammar.ts";

const bridge = startBridge();
afterAll(bridge.stop);

const model = "claude-sonnet-4.5";
const messages = [{ role: "user", content: "Hello" }];

function ask(path: string, body: object, { script }: Answer) {
  bridge.simulator.script(script);
  return fetch(bridge.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages, ...body }),
  });
}

const chat = (answer: Answer, body: object) => ask("/v1/chat/completions", body, answer);
const message = (answer: Answer, body: object) =>
  ask("/v1/messages", { max_tokens: 20_000, ...body }, answer);

async function streamedChat(answer: Answer, includesUsage = false): Promise<FoldedCompletion | undefined> {
  const response = await chat(answer, {
    stream: true,
    ...(includesUsage && { stream_options: { include_usage: true } }),
  });
  return isStream(response) ? readChunkStream(await response.bytes(), includesUsage) : undefined;
}

async function streamedMessage(answer: Answer): Promise<FoldedMessage | undefined> {
  const response = await message(answer, { stream: true });
  return isStream(response) ? readMessageStream(await response.bytes()) : undefined;
}

/** False for a failure that had a status of its own. */
function isStream(response: Response): boolean {
  if (response.ok) return true;
  expect(response.headers.get("content-type")).toStartWith("application/json");
  return false;
}

const callsOf = ({ blocks }: FoldedMessage) =>
  blocks.filter(({ type }) => type === "tool_use").map(({ id, name, text }) => ({ id, name, json: text }));
const textOf = ({ blocks }: FoldedMessage, type = "text") =>
  blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join("");

describe("every whole answer of the service", () => {
  test(
    "property 4: is a sentence of openai's grammar that says just what the service said",
    async () => {
      const property = fc.asyncProperty(wholeAnswers(), fc.boolean(), async (answer, includesUsage) => {
        const { text, reasoning, calls } = answer;
        const folded = await streamedChat(answer, includesUsage);
        expect(folded).toMatchObject({ text, reasoning, calls });
        const whole = await (await chat(answer, {})).json();
        expect(whole).toMatchObject({
          choices: [
            {
              finish_reason: folded?.finishReason,
              message: {
                content: text,
                ...(reasoning && { reasoning_content: reasoning }),
                ...(calls.length > 0 && { tool_calls: calls.map(toolCall) }),
              },
            },
          ],
        });
      });
      await fc.assert(property, partOfCases(2));
    },
    timeFor(),
  );

  test(
    "property 4: is a sentence of anthropic's grammar that says just what the service said",
    async () => {
      const property = fc.asyncProperty(wholeAnswers(), async (answer) => {
        const folded = await streamedMessage(answer);
        if (!folded) throw new Error("not streamed");
        expect(textOf(folded)).toBe(answer.text);
        expect(textOf(folded, "thinking")).toBe(answer.reasoning);
        expect(callsOf(folded)).toEqual(answer.calls);
        expect(folded.blocks.every(({ isClosed }) => isClosed)).toBe(true);
        const whole = await (await message(answer, { stream: false })).json();
        expect(whole).toMatchObject({ content: contentOf(folded), stop_reason: folded.stopReason });
      });
      await fc.assert(property, partOfCases(2));
    },
    timeFor(),
  );
});

const toolCall = ({ id, name, json }: Answer["calls"][number]) => ({
  id,
  type: "function",
  function: { name, arguments: json },
});

describe("an answer cut by length inside a call", () => {
  test(
    "property 5: ends as such in both grammars, with the call as far as it came",
    async () => {
      const property = fc.asyncProperty(cutAnswers(), async (answer) => {
        const { text, calls } = answer;
        expect(await streamedChat(answer)).toMatchObject({ text, calls, finishReason: "length" });
        const folded = await streamedMessage(answer);
        if (!folded) throw new Error("not streamed");
        expect(callsOf(folded)).toEqual(calls);
        expect(folded.stopReason).toBe("max_tokens");
        const whole = await (await message(answer, { stream: false })).json();
        const complete = { ...folded, blocks: folded.blocks.slice(0, -1) };
        expect(whole).toMatchObject({ content: contentOf(complete), stop_reason: "max_tokens" });
      });
      await fc.assert(property, partOfCases(2));
    },
    timeFor(),
  );
});

/** What was heard of a broken answer is a beginning of what was said. */
function expectBeginning(answer: Answer, heard: { text: string; calls: Answer["calls"] }): void {
  expect(answer.text).toStartWith(heard.text);
  for (const [index, { id, name, json }] of heard.calls.entries()) {
    expect(answer.calls[index]).toMatchObject({ id, name });
    expect(answer.calls[index]?.json).toStartWith(json);
  }
}

/** A client may run a call as soon as its block is closed. */
function expectWholeCalls({ calls }: Answer, { blocks }: FoldedMessage): void {
  for (const { type, isClosed, id, text } of blocks) {
    if (type === "tool_use" && isClosed)
      expect(calls).toContainEqual(expect.objectContaining({ id, json: text }));
  }
}

describe("an answer that breaks anywhere", () => {
  test(
    "property 4: never ends as a success, and nothing is heard that was not said",
    async () => {
      const property = fc.asyncProperty(brokenAnswers(), async (answer) => {
        const completion = await streamedChat(answer);
        if (completion) {
          expect(completion.finishReason).toBeUndefined();
          expectBeginning(answer, completion);
        }
        const folded = await streamedMessage(answer);
        if (folded) {
          expect(folded.stopReason).toBeUndefined();
          expectWholeCalls(answer, folded);
          expectBeginning(answer, { text: textOf(folded), calls: callsOf(folded) });
        }
        expect((await chat(answer, {})).ok).toBe(false);
        expect((await message(answer, { stream: false })).ok).toBe(false);
      });
      await fc.assert(property, partOfCases(2));
    },
    timeFor(),
  );

  test(
    "property 4: by a clean end of the connection says the same thing streamed and whole",
    async () => {
      const property = fc.asyncProperty(endedAnswers(), async (answer) => {
        const completion = await streamedChat(answer);
        if (completion) expectBeginning(answer, completion);
        const whole = await chat(answer, {});
        expect(whole.ok).toBe(completion?.finishReason !== undefined);
        const folded = await streamedMessage(answer);
        if (folded) expectBeginning(answer, { text: textOf(folded), calls: callsOf(folded) });
        expect(folded?.stopReason !== undefined).toBe(whole.ok);
      });
      await fc.assert(property, partOfCases(2));
    },
    timeFor(),
  );
});
