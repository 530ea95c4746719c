import { afterAll, describe, expect, test } from "bun:test";
import {
  type ChatResponseStream,
  CodeWhispererStreamingClient,
  GenerateAssistantResponseCommand,
  type GenerateAssistantResponseCommandInput,
  InvokeMCPCommand,
  MCPMethod,
  ThrottlingException,
  type UserInputMessage,
  ValidationException,
} from "@aws/codewhisperer-streaming-client";
import { startSimulator } from "../../src/simulator/listen.ts";
import type { Chunking, ScriptedAnswer, ScriptedStep } from "../../src/simulator/script.ts";
import { metering, stream, text } from "../support/script.ts";

const { url, simulator, stop, openRequests } = startSimulator({ accessTokens: ["T"] });
afterAll(stop);

type Input = GenerateAssistantResponseCommandInput;

const saying = (content: string, more: Partial<UserInputMessage> = {}): Input => ({
  conversationState: {
    chatTriggerType: "MANUAL",
    conversationId: "c-1",
    currentMessage: {
      userInputMessage: { content, origin: "CLI", modelId: "claude-sonnet-4.5", ...more },
    },
  },
});

const clientWith = (token: string) =>
  new CodeWhispererStreamingClient({
    endpoint: url,
    region: "us-east-1",
    token: { token },
    maxAttempts: 1,
  });

const ask = (input = saying("hello"), token = "T") =>
  clientWith(token).send(new GenerateAssistantResponseCommand(input));

const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

async function read(answer: ScriptedAnswer): Promise<ChatResponseStream[]> {
  simulator.script(answer);
  const { generateAssistantResponseResponse: events = [] } = await ask();
  return Array.fromAsync(events);
}

describe("AWS's own client", () => {
  test("reads a whole turn: thoughts, text, a tool call and the numbers at the end", async () => {
    const call = { toolUseId: "tooluse_1", name: "read" };
    const payloads = [
      ["messageMetadataEvent", { conversationId: "c-1", utteranceId: "u-1" }],
      ["reasoningContentEvent", { text: "Let me see." }],
      ["reasoningContentEvent", { signature: "c2lnbmF0dXJl" }],
      ["assistantResponseEvent", { content: "Grüße 😀" }],
      ["assistantResponseEvent", { content: "" }],
      ["toolUseEvent", call],
      ["toolUseEvent", { ...call, input: '{"path"' }],
      ["toolUseEvent", { ...call, input: ':"a.txt"}' }],
      ["toolUseEvent", { ...call, stop: true }],
      ["meteringEvent", { usage: 0.25, unit: "credit", unitPlural: "credits" }],
      ["contextUsageEvent", { contextUsagePercentage: 1.25 }],
      ["metadataEvent", { tokenUsage: { uncachedInputTokens: 3, outputTokens: 4, totalTokens: 7 } }],
    ] as const;
    const events = payloads.map(([type, payload]) => ({ type, payload }));
    const seen = await read({ events });
    expect(seen.map((event) => JSON.parse(JSON.stringify(event)))).toEqual(
      payloads.map(([type, payload]) => ({ [type]: payload })),
    );
  });

  test.each<Chunking>(["frame", "whole", "straddling", 1, 7])(
    "reads the same text whatever the chunks: %p",
    async (chunking) => {
      const seen = await read({ ...stream(text("Hé", "llo", "😀")), chunking });
      expect(seen.map((event) => event.assistantResponseEvent?.content)).toEqual(["Hé", "llo", "😀"]);
    },
  );

  test("reads a body with a content length", async () => {
    const seen = await read({ ...stream(text("a", "b")), transfer: "length" });
    expect(seen).toHaveLength(2);
  });

  test("skips events it does not know", async () => {
    const unknown = ["initial-response", "newEvent"].map((type) => ({ type, payload: {} }));
    const seen = await read(stream(unknown, text("a")));
    expect(seen.filter((event) => event.assistantResponseEvent)).toHaveLength(1);
  });

  test("learns the conversation's id from the header", async () => {
    simulator.script(stream(text("a")));
    expect((await ask()).conversationId).toBe("c-1");
  });

  const faults: readonly [name: string, step: ScriptedStep, error: object][] = [
    [
      "an exception",
      { exception: "throttlingException", payload: { message: "Rate exceeded" } },
      { name: "throttlingException" },
    ],
    [
      "its only modelled exception",
      { exception: "error", payload: { message: "sorry" } },
      { name: "InternalServerException" },
    ],
    [
      "an error frame",
      { error: "InternalFailure", message: "boom" },
      { name: "InternalFailure", message: "boom" },
    ],
    ["a wrong prelude checksum", { corrupt: metering, checksum: "prelude" }, {}],
    ["a wrong message checksum", { corrupt: metering, checksum: "message" }, {}],
    ["a reset", { cut: "reset" }, {}],
  ];
  test.each(faults)("meets %s after some text", async (_, step, error) => {
    simulator.script(stream(text("a"), step));
    const { generateAssistantResponseResponse: events = [] } = await ask();
    const seen: unknown[] = [];
    const thrown = await failure(
      (async () => {
        for await (const event of events) seen.push(event);
      })(),
    );
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject(error);
    expect(seen).toHaveLength(1);
  });

  test("gets an HTTP error as its class, with name and reason", async () => {
    simulator.script({
      status: 429,
      body: { __type: "ThrottlingException", message: "slow", reason: "MONTHLY_REQUEST_COUNT" },
    });
    const error = await failure(ask());
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toMatchObject({
      message: "slow",
      reason: "MONTHLY_REQUEST_COUNT",
      $metadata: { httpStatusCode: 429 },
    });
  });

  test("gets a type from the header alone", async () => {
    simulator.script({
      status: 503,
      headers: { "x-amzn-errortype": "ServiceUnavailableException:http://internal.amazon.com/" },
      body: { message: "later" },
    });
    expect(await failure(ask())).toMatchObject({ name: "ServiceUnavailableException" });
  });

  test("is refused with an unknown token", async () => {
    expect(await failure(ask(saying("hello"), "other"))).toMatchObject({
      name: "AccessDeniedException",
      message: "The bearer token included in the request is invalid.",
    });
  });

  test("is told what it did wrong", async () => {
    const error = await failure(ask(saying(" ")));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({ message: "Improperly formed request." });
    expect(simulator.requests.at(-1)?.violations).toMatchObject([{ rule: "R15" }]);
  });

  test("writes requests that break no rule at all", async () => {
    const pixel = Buffer.from("89504e470d0a1a0a0000000d494844520000000100000001", "hex");
    const tool = { name: "read", description: "Reads.", inputSchema: { json: { type: "object" } } };
    simulator.script(stream(text("a")));
    await ask(
      saying("look", {
        images: [{ format: "png", source: { bytes: pixel } }],
        userInputMessageContext: { tools: [{ toolSpecification: tool }] },
      }),
    );
    expect(simulator.requests.at(-1)).toMatchObject({
      method: "POST",
      path: "/generateAssistantResponse",
      violations: [],
    });
  });

  test("leaves nothing open behind", () => {
    expect(openRequests()).toBe(0);
  });
});

describe("AWS's own client, of the service's own tools,", () => {
  const call = { jsonrpc: "2.0", id: "1", profileArn: "arn:aws:codewhisperer:us-east-1:1:profile/A" };

  test("gets their list", async () => {
    const { result } = await clientWith("T").send(
      new InvokeMCPCommand({ ...call, method: MCPMethod.TOOLS_LIST }),
    );
    expect(result).toMatchObject({ tools: [{ name: "web_search", inputSchema: { required: ["query"] } }] });
  });

  test("gets what one has found, having named the profile in a header", async () => {
    const params = { name: "web_search", arguments: { query: "bun" } };
    const { result, error } = await clientWith("T").send(
      new InvokeMCPCommand({ ...call, method: MCPMethod.TOOLS_CALL, params }),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ content: [{ type: "text" }], isError: false });
    expect(simulator.requests.at(-1)).toMatchObject({
      path: "/mcp",
      headers: { "x-amzn-kiro-profile-arn": call.profileArn },
      body: { jsonrpc: "2.0", id: "1", method: "tools/call", params },
    });
  });
});
