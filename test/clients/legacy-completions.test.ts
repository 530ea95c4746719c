import { afterAll, describe, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { ending, exception, metadata, reasoning, stream, text } from "../support/script.ts";
import { failureOf, latestRequest, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { completions } = openaiClient(bridge);

const asked = { model: "claude-sonnet-4.5", prompt: "const answer = ", max_tokens: 2000 };
const counted = { tokenUsage: { uncachedInputTokens: 10, outputTokens: 3, totalTokens: 13 } };
const events = stream(
  reasoning(["Hm."]),
  text("4", "2;"),
  ending("END_TURN").slice(0, -1),
  metadata({ stopReason: "END_TURN", ...counted }),
);
const answer = { ...events, chunking: "whole" } as const;

const lastText = () => JSON.stringify(latestRequest(bridge).body);

describe("a prompt", () => {
  test("is completed, whole and streamed, and thoughts are left out", async () => {
    bridge.simulator.script(answer, answer);
    const whole = await completions.create(asked);
    expect(whole).toMatchObject({
      id: expect.stringMatching(/^cmpl-/),
      object: "text_completion",
      model: asked.model,
      choices: [{ index: 0, text: "42;", finish_reason: "stop", logprobs: null }],
      usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
    });

    const chunks = await Array.fromAsync(await completions.create({ ...asked, stream: true }));
    expect(chunks.map(({ choices }) => choices[0])).toMatchObject([
      { text: "42;", finish_reason: null },
      { text: "", finish_reason: "stop" },
    ]);
    expect(new Set(chunks.map(({ id, object }) => `${id} ${object}`)).size).toBe(1);
  });

  test("is told to the service as a text to go on with", async () => {
    bridge.simulator.script(answer, answer);
    await completions.create(asked);
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: {
        currentMessage: { userInputMessage: { content: "const answer = " } },
      },
    });
    expect(lastText()).toContain("Continue the user's text");
    await completions.create({ ...asked, prompt: ["const answer = "] });
    expect(lastText()).toContain('"content":"const answer = "');
  });

  test("with a suffix is told to the service as a gap between two texts", async () => {
    bridge.simulator.script(answer);
    await completions.create({ ...asked, suffix: "\nexport { answer };" });
    expect(lastText()).toContain("const answer = <gap/>\\nexport { answer };");
    expect(lastText()).toContain("has a gap at the tag <gap/>");
  });

  test("has its usage in the last chunk, when that is asked for", async () => {
    bridge.simulator.script(answer);
    const stream_options = { include_usage: true };
    const chunks = await Array.fromAsync(
      await completions.create({ ...asked, stream: true, stream_options }),
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 13 } });
  });

  test("is completed up to a stop sequence, or to the limit", async () => {
    bridge.simulator.script(stream(text("a", "b", "c"), ending()), stream(text("abc"), ending("MAX_TOKENS")));
    const stopped = await completions.create({ ...asked, stop: "b" });
    expect(stopped.choices).toMatchObject([{ text: "a", finish_reason: "stop" }]);
    const cut = await completions.create(asked);
    expect(cut.choices).toMatchObject([{ text: "abc", finish_reason: "length" }]);
  });

  test("whose answer breaks off is a failure, never an end", async () => {
    bridge.simulator.script(stream(text("4"), exception("internalServerException", "oh")));
    const texts: string[] = [];
    const reading = async () => {
      for await (const { choices } of await completions.create({ ...asked, stream: true })) {
        texts.push(choices[0]?.text ?? "");
        expect(choices[0]?.finish_reason).toBeNull();
      }
    };
    expect(await failureOf(reading())).toMatchObject({ type: "server_error" });
    expect(texts).toEqual(["4"]);
  });
});

describe("a request that cannot be honoured", () => {
  test.each([
    ["prompt", { prompt: undefined }],
    ["prompt", { prompt: [] }],
    ["prompt", { prompt: ["a", "b"] }],
    ["prompt", { prompt: 5 }],
    ["prompt[0]", { prompt: [5] }],
    ["max_tokens", { max_tokens: 0 }],
    ["n", { n: 2 }],
    ["best_of", { best_of: 3 }],
    ["echo", { echo: true }],
    ["logprobs", { logprobs: 5 }],
  ])("is refused by name: %s", async (param, members) => {
    const response = await post(bridge, "/v1/completions", { ...asked, ...members });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        type: "invalid_request_error",
        param,
        message: expect.stringContaining(param),
      },
    });
  });

  test("says what a prompt should be", async () => {
    const response = await post(bridge, "/v1/completions", { ...asked, prompt: 5 });
    expect(await response.json()).toMatchObject({
      error: { message: "prompt: must be a string, or an array with one string" },
    });
  });
});

test.each(["/completions", "/v1/v1/completions"])("is answered at %s too", async (path) => {
  bridge.simulator.script(answer);
  expect(await (await post(bridge, path, asked)).json()).toMatchObject({ object: "text_completion" });
});
