import { afterAll, describe, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { anthropicClient, failureOf, message, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const anthropic = { "anthropic-version": "2023-06-01" };

describe("an endpoint that is not there", () => {
  test.each([
    "/v1/embeddings",
    "/v1/images/generations",
    "/v1/videos",
    "/v1/audio/transcriptions",
    "/v1/moderations",
    "/v1/fim/completions",
    "/v1/responses/compact",
    "/embeddings",
  ])("is a 404 that clients do not retry, in OpenAI's shape: %s", async (path) => {
    const response = await post(bridge, path, { model: "x", input: "y" });
    expect(response.status).toBe(404);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({
      error: {
        type: "invalid_request_error",
        message: expect.stringMatching(/\w/),
        code: expect.any(String),
      },
    });
  });

  test.each([
    ["/v1/messages/batches", {}],
    ["/v1/files", anthropic],
    ["/v1/complete", anthropic],
  ])("is a 404 that clients do not retry, in Anthropic's shape: %s", async (path, headers) => {
    const response = await post(bridge, path, { model: "x" }, headers);
    expect(response.status).toBe(404);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({
      type: "error",
      error: { type: "not_found_error", message: expect.stringMatching(/\w/) },
    });
  });
});

describe("an endpoint without a counterpart in Amazon Q", () => {
  const { beta, messages } = anthropicClient(bridge);
  const { batches, embeddings, images, responses, videos } = openaiClient(bridge);
  const params = { ...message, stream: false } as const;

  test.each<[string, () => PromiseLike<unknown>, RegExp]>([
    [
      "batches of messages",
      () => messages.batches.create({ requests: [{ custom_id: "a", params }] }),
      /each request by itself/,
    ],
    ["their results", () => messages.batches.results("msgbatch_1"), /each request by itself/],
    [
      "summaries",
      () => responses.compact({ model: message.model, input: "Hello" }),
      /ask for one in a message/,
    ],
    ["files", () => beta.files.list(), /their content with the request/],
    ["old completions", () => anthropicClient(bridge).post("/v1/complete"), /use POST \/v1\/messages/],
    ["openai's batches", () => batches.list(), /each request by itself/],
    ["embeddings", () => embeddings.create({ model: "x", input: "y" }), /another service/],
    ["pictures", () => images.generate({ prompt: "A dot." }), /another service/],
    ["films", () => videos.list(), /another service/],
  ])("tells what to do instead: %s", async (_, ask, advice) => {
    expect(await failureOf(ask())).toMatchObject({ status: 404, message: expect.stringMatching(advice) });
  });
});

test.each(["?limit=1000", "?limit=1", "?limit=1000&after_id=claude-sonnet-4.5"])(
  "the list of models is whole whatever page is asked for, and says that there is no other: %s",
  async (query) => {
    const ask = (path: string) => fetch(bridge.url + path, { headers: anthropic });
    const all = await (await ask("/v1/models")).text();
    expect(await (await ask(`/v1/models${query}`)).text()).toBe(all);
    expect(JSON.parse(all)).toMatchObject({ data: expect.any(Array), has_more: false });
  },
);
