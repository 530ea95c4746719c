import { afterAll, expect, test } from "bun:test";
import {
  type GenerateAssistantResponseRequest as AwsRequest,
  CodeWhispererStreamingClient,
  GenerateAssistantResponseCommand,
  type Origin,
} from "@aws/codewhisperer-streaming-client";
import fc from "fast-check";
import { sealReasoning } from "../../../src/amazonq/reasoning-seal.ts";
import { buildRequest } from "../../../src/amazonq/request/build.ts";
import type { GenerateAssistantResponseRequest } from "../../../src/amazonq/wire.ts";
import { askedOf, conversations } from "../../support/arbitraries.ts";
import { png } from "../../support/images.ts";
import {
  assistant,
  build,
  call,
  image,
  modelNamed,
  requestContext,
  result,
  tool,
  user,
} from "../../support/request.ts";

/** The same request as AWS's client takes it: bytes, free JSON and the origin (which is configuration) of its own types. */
type AsAws<T> = T extends string
  ? T
  : T extends readonly (infer Item)[]
    ? AsAws<Item>[]
    : string extends keyof T
      ? AwsJson
      : { [Key in keyof T]: Key extends keyof AwsMembers ? AwsMembers[Key] : AsAws<T[Key]> };
type AwsJson = NonNullable<AwsRequest["additionalModelRequestFields"]>;
interface AwsMembers {
  bytes: Uint8Array;
  redactedContent: Uint8Array;
  origin: Origin;
}

const asAws = (body: GenerateAssistantResponseRequest): AsAws<GenerateAssistantResponseRequest> =>
  JSON.parse(JSON.stringify(body), (key, value) =>
    key === "bytes" || key === "redactedContent" ? Uint8Array.fromBase64(value) : value,
  );

let received = "";
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    received = await request.text();
    return new Response(null, { headers: { "content-type": "application/vnd.amazon.eventstream" } });
  },
});
const client = new CodeWhispererStreamingClient({
  endpoint: server.url.origin,
  region: "us-east-1",
  token: { token: "t" },
  maxAttempts: 1,
});
afterAll(() => {
  client.destroy();
  return server.stop(true);
});

/** The JSON that AWS's own client sends for a body of ours. */
async function serialisedByAws(body: GenerateAssistantResponseRequest): Promise<unknown> {
  await client.send(new GenerateAssistantResponseCommand(asAws(body)));
  return JSON.parse(received);
}

/** As it travels: without members that are undefined. */
const travelling = (body: GenerateAssistantResponseRequest): unknown => JSON.parse(JSON.stringify(body));

test("the smallest request", async () => {
  const { body } = build([user("Say hi")]);
  expect(body).toEqual({
    conversationState: {
      conversationId: requestContext.conversationId,
      chatTriggerType: "MANUAL",
      currentMessage: {
        userInputMessage: { content: "Say hi", origin: "CLI", modelId: "claude-sonnet-4.5" },
      },
    },
  });
  expect(await serialisedByAws(body)).toEqual(travelling(body));
});

test("the second leg of a tool loop, with instructions, signed reasoning, an effort and an image out of a tool result", async () => {
  const model = modelNamed("claude-sonnet-4.6");
  const signed = {
    modelId: model.id,
    conversationId: requestContext.conversationId,
    text: "I should open it.",
    signature: "Er4B",
  };
  const readImage = tool(
    "read_image",
    { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    "Opens an image file.",
  );
  const { body } = build(
    [
      user("What is on screen.png?"),
      assistant(
        { type: "reasoning", text: signed.text, signature: sealReasoning(signed) },
        call("tooluse_a1", "read_image", { path: "screen.png" }),
      ),
      user(result("tooluse_a1", image(png(1, 1)))),
    ],
    {
      system: ["<system text>"],
      cacheSystem: true,
      tools: [readImage],
      settings: { reasoning: { effort: "high" }, maxTokens: 32_000 },
    },
    {
      model,
      profileArn: "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL",
    },
  );
  expect(body).toEqual({
    conversationState: {
      conversationId: requestContext.conversationId,
      chatTriggerType: "MANUAL",
      history: [
        {
          userInputMessage: { content: "<system text>", origin: "CLI", cachePoint: { type: "default" } },
        },
        { assistantResponseMessage: { content: "Understood." } },
        { userInputMessage: { content: "What is on screen.png?", origin: "CLI" } },
        {
          assistantResponseMessage: {
            content: " ",
            reasoningContent: { reasoningText: { text: "I should open it.", signature: "Er4B" } },
            toolUses: [{ toolUseId: "tooluse_a1", name: "read_image", input: { path: "screen.png" } }],
          },
        },
      ],
      currentMessage: {
        userInputMessage: {
          content: "",
          origin: "CLI",
          modelId: "claude-sonnet-4.6",
          images: [{ format: "png", source: { bytes: png(1, 1).data } }],
          userInputMessageContext: {
            toolResults: [
              {
                toolUseId: "tooluse_a1",
                status: "success",
                content: [{ text: "(image attached to this message)" }],
              },
            ],
            tools: [
              {
                toolSpecification: {
                  name: "read_image",
                  description: "Opens an image file.",
                  inputSchema: {
                    json: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
                  },
                },
              },
            ],
          },
        },
      },
    },
    profileArn: "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL",
    additionalModelRequestFields: { output_config: { effort: "high" }, max_tokens: 32_000 },
  });
  expect(await serialisedByAws(body)).toEqual(travelling(body));
});

test("R4: an empty profile ARN is left out", () => {
  expect(build([user("a")], {}, { profileArn: "" }).body).not.toHaveProperty("profileArn");
});

test("AWS's own client sends the same JSON for any request", async () => {
  await fc.assert(
    fc.asyncProperty(askedOf(conversations()), async ({ conversation, context }) => {
      const { body } = buildRequest(conversation, context);
      expect(await serialisedByAws(body)).toEqual(travelling(body));
    }),
  );
});
