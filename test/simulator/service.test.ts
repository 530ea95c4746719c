import { describe, expect, test } from "bun:test";
import { assistant, body, user } from "../support/bodies.ts";
import { decodedEvents } from "../support/decoded-events.ts";
import { generate, setUp } from "./set-up.ts";

const arn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";

const target = "AmazonCodeWhispererStreamingService.GenerateAssistantResponse";
const answer = { events: [{ type: "assistantResponseEvent", payload: { content: "Hi" } }] };

describe("the two forms of inference", () => {
  test("REST names the conversation in a header", async () => {
    const { simulator, send } = setUp();
    simulator.script(answer);
    const response = await send(generate, { content: body() });
    expect(response.headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
    expect(response.headers.get("x-amzn-codewhisperer-conversation-id")).toBe("c-1");
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await decodedEvents(response)).toEqual(answer.events);
  });

  test("JSON-RPC names it in a first frame", async () => {
    const { simulator, send } = setUp();
    simulator.script(answer);
    const response = await send("POST /", { content: body(), target });
    expect(response.headers.has("x-amzn-codewhisperer-conversation-id")).toBe(false);
    expect(await decodedEvents(response)).toEqual([
      { type: "initial-response", payload: { conversationId: "c-1" } },
      ...answer.events,
    ]);
  });
});

describe("scripts", () => {
  test("are used up one by one, and then the persona answers", async () => {
    const { simulator, send } = setUp();
    simulator.script({ status: 429 }, { status: 402, body: "no JSON" });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send(generate, { content: body() })).status);
    expect(statuses).toEqual([429, 402, 200]);
  });

  test("wait for a request that is valid", async () => {
    const { simulator, send } = setUp();
    simulator.script({ status: 418 });
    expect((await send(generate, { content: body(), token: "stale" })).status).toBe(403);
    expect((await send(generate, { content: body({ current: user("") }) })).status).toBe(400);
    expect((await send(generate, { content: body() })).status).toBe(418);
  });
});

describe("what is refused", () => {
  test("broken rules stand in a header, and the body is as vague as the service's", async () => {
    const { send } = setUp();
    const content = body({ history: [assistant("Hello.")], current: user("") });
    const response = await send(generate, { content });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-sim-violations")).toBe("R9,R15");
    expect(await response.json()).toEqual({
      __type: "com.amazon.aws.codewhisperer#ValidationException",
      message: "Improperly formed request.",
      reason: null,
    });
  });

  test("an unknown model is always called one", async () => {
    const { send } = setUp();
    const response = await send(generate, {
      content: body({ current: user("hi", { modelId: "claude-9" }) }),
    });
    expect(await response.json()).toMatchObject({
      message: "Invalid model. Please select a different model to continue.",
      reason: "INVALID_MODEL_ID",
    });
  });

  test("a level of off lets everything through", async () => {
    const { send } = setUp({ level: "off" });
    expect((await send(generate, { content: {} })).status).toBe(200);
  });

  test("what is no JSON", async () => {
    const { send } = setUp();
    const response = await send(generate, { content: "{" });
    expect(await response.json()).toMatchObject({ reason: "REQUEST_BODY_INVALID_JSON" });
  });

  test("a request without the profile, where one is demanded", async () => {
    const { send } = setUp({ requireProfileArn: true });
    const refused = await send(generate, { content: body() });
    expect(await refused.json()).toMatchObject({ message: "profileArn is required for this request." });
    expect((await send(generate, { content: body({ root: { profileArn: arn } }) })).status).toBe(200);
  });

  test.each(["GET /", "POST /", "GET /generateAssistantResponse", "POST /constructor"])(
    "an operation that does not exist: %s",
    async (route) => {
      const response = await setUp().send(route, { target: "Service.constructor" });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        __type: "com.amazon.aws.codewhisperer#UnknownOperationException",
      });
    },
  );
});

describe("signatures of thoughts", () => {
  const thoughts = [
    { type: "reasoningContentEvent", payload: { text: "Let me " } },
    { type: "reasoningContentEvent", payload: { text: "think." } },
    { type: "reasoningContentEvent", payload: { signature: "c2ln" } },
    { type: "reasoningContentEvent", payload: { signature: "bmVk" } },
    ...answer.events,
  ];
  const replay = (text: string, conversationId = "c-1") => {
    const reasoningContent = { reasoningText: { text, signature: "c2lnbmVk" } };
    const history = [user("hello"), assistant("Hi", { reasoningContent })];
    return { content: body({ history, state: { conversationId } }) };
  };

  test.each([
    ["are honoured for the very thought", replay("Let me think."), 200],
    ["are refused for another thought", replay("Let me not think."), 400],
    ["are refused in another conversation", replay("Let me think.", "c-2"), 400],
  ])("%s", async (_, request, status) => {
    const { simulator, send } = setUp();
    simulator.script({ events: thoughts });
    await (await send(generate, { content: body() })).bytes();
    expect((await send(generate, request)).status).toBe(status);
  });
});

test("remembers the latest requests only, as they came", async () => {
  const { simulator, send } = setUp({ keepRequests: 2 });
  await send(generate, { content: body() });
  await send("GET /getUsageLimits?origin=CLI", { token: "other" });
  await send("POST /token", { content: "grant_type=x" });
  expect(simulator.requests).toMatchObject([
    {
      method: "GET",
      path: "/getUsageLimits",
      query: "?origin=CLI",
      headers: { authorization: "Bearer other" },
    },
    { method: "POST", path: "/token", body: "grant_type=x", violations: [] },
  ]);
});
