import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { BadRequestError as AnthropicBadRequestError } from "@anthropic-ai/sdk";
import { BadRequestError } from "openai";
import { startBridge } from "../support/bridge.ts";
import { gif, png } from "../support/images.ts";
import { ending, stream, text } from "../support/script.ts";
import { anthropicClient, chat, failureOf, latestRequest, message, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

beforeEach(() => bridge.simulator.script(stream(text("ok"), ending("END_TURN"))));

const said = (...contents: readonly [role: "user" | "assistant", content: string][]) =>
  contents.map(([role, content]) =>
    role === "user" ? { userInputMessage: { content } } : { assistantResponseMessage: { content } },
  );

describe("instructions and history", () => {
  const expected = {
    conversationState: {
      history: said(
        ["user", "Be brief."],
        ["assistant", "Understood."],
        ["user", "Hello"],
        ["assistant", "Hi!"],
      ),
      currentMessage: { userInputMessage: { content: "Bye", modelId: "claude-sonnet-4.5" } },
    },
  };

  test.each(["system", "developer"] as const)(
    "reach the service from openai's client, as %s",
    async (role) => {
      await openai.chat.completions.create({
        ...chat,
        messages: [
          { role, content: "Be brief." },
          { role: "user", content: "Hello" },
          { role: "assistant", content: "Hi!" },
          { role: "user", content: "Bye" },
        ],
      });
      expect(latestRequest(bridge).body).toMatchObject(expected);
    },
  );

  test.each([
    ["a string", "Be brief."],
    ["blocks", [{ type: "text" as const, text: "Be brief." }]],
  ])("reach the service from anthropic's client, as %s", async (_, system) => {
    await anthropic.messages.create({
      ...message,
      system,
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: [{ type: "text", text: "Hi!" }] },
        { role: "user", content: "Bye" },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject(expected);
  });

  test("go with the model's id as the service spells it", async () => {
    await anthropic.messages.create({ ...message, model: "claude-haiku-4-5-20251001" });
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: { currentMessage: { userInputMessage: { modelId: "claude-haiku-4.5" } } },
    });
  });

  test("keep one conversation id from turn to turn", async () => {
    const idOf = () => /"conversationId":"([^"]+)"/.exec(JSON.stringify(latestRequest(bridge).body))?.[1];
    await openai.chat.completions.create(chat);
    const first = idOf();
    bridge.simulator.script(stream(text("ok"), ending("END_TURN")));
    const answer = { role: "assistant", content: "Hi" } as const;
    await openai.chat.completions.create({
      ...chat,
      messages: [...chat.messages, answer, { role: "user", content: "Go on" }],
    });
    expect(first).toBeString();
    expect(idOf()).toBe(first);
  });
});

describe("images", () => {
  const pictures = [png(16, 9), gif(3, 4)];
  const expected = {
    conversationState: {
      currentMessage: {
        userInputMessage: {
          content: "What is this?",
          images: pictures.map(({ format, data }) => ({ format, source: { bytes: data } })),
        },
      },
    },
  };

  test("reach the service from openai's client", async () => {
    await openai.chat.completions.create({
      ...chat,
      messages: [
        {
          role: "user",
          content: [
            ...pictures.map(({ format, data }) => ({
              type: "image_url" as const,
              image_url: { url: `data:image/${format};base64,${data}`, detail: "high" as const },
            })),
            { type: "text", text: "What is this?" },
          ],
        },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject(expected);
  });

  test("reach the service from anthropic's client", async () => {
    await anthropic.messages.create({
      ...message,
      messages: [
        {
          role: "user",
          content: [
            ...pictures.map(({ data }) => ({
              type: "image" as const,
              source: { type: "base64" as const, media_type: "image/png" as const, data },
            })),
            { type: "text", text: "What is this?" },
          ],
        },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject(expected);
  });

  test("inside a tool's result reach the service too", async () => {
    await anthropic.messages.create({
      ...message,
      messages: [
        ...message.messages,
        { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "shot", input: {} }] },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "toolu_1",
              content: [
                {
                  type: "image",
                  source: { type: "base64", media_type: "image/png", data: png(16, 9).data },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: {
        currentMessage: { userInputMessage: { images: [{ format: "png" }] } },
      },
    });
  });

  test("by URL are refused, naming the member, and nothing is fetched or sent", async () => {
    const before = bridge.simulator.requests.length;
    const url = `${bridge.url}/secret.png`;
    const chatFailure = await failureOf(
      openai.chat.completions.create({
        ...chat,
        messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
      }),
    );
    expect(chatFailure).toBeInstanceOf(BadRequestError);
    expect(chatFailure).toMatchObject({
      param: "messages[0].content[0].image_url.url",
      message: expect.stringContaining("messages[0].content[0].image_url.url"),
    });

    const messageFailure = await failureOf(
      anthropic.messages.create({
        ...message,
        messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url } }] }],
      }),
    );
    expect(messageFailure).toBeInstanceOf(AnthropicBadRequestError);
    expect(messageFailure).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringContaining("messages[0].content[0].source"),
    });
    for (const failure of [chatFailure, messageFailure]) expect(String(failure)).not.toContain("secret.png");
    expect(bridge.simulator.requests).toHaveLength(before);
  });
});

describe("a body that cannot be read", () => {
  const secret = "canary-7d1f";
  const bodies: readonly (readonly [param: string, body: object])[] = [
    [
      "messages[0].content[0].text",
      { messages: [{ role: "user", content: [{ type: "text", text: [secret] }] }] },
    ],
    ["messages[0].role", { messages: [{ role: secret, content: "Hello" }] }],
    ["max_tokens", { max_tokens: secret }],
    ["stream", { stream: secret }],
  ];

  test.each(bodies)("is refused naming the member, and not repeated: %s", async (param, body) => {
    const before = bridge.simulator.requests.length;
    for (const [path, complete] of [
      ["/v1/chat/completions", chat],
      ["/v1/messages", message],
    ] as const) {
      const answer = await post(bridge, path, { ...complete, ...body });
      const told = await answer.text();
      expect(answer.status).toBe(400);
      expect(answer.headers.get("x-should-retry")).toBe("false");
      expect(JSON.parse(told)).toMatchObject({
        error: { message: expect.stringContaining(`${param}: must be`) },
      });
      expect(told + bridge.log.join("")).not.toContain(secret);
    }
    expect(bridge.simulator.requests).toHaveLength(before);
  });
});
