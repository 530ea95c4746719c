import { afterAll, describe, expect, test } from "bun:test";
import type Anthropic from "@anthropic-ai/sdk";
import { createRetryBucket } from "../../../src/amazonq/recovery/retry.ts";
import type { ScriptedAnswer } from "../../../src/simulator/script.ts";
import { anthropicClient, chat, failureOf, message, openaiClient } from "../../clients/rig.ts";
import { accessToken, type Bridge, fixedTokens, startBridge } from "../../support/bridge.ts";
import { ending, exception, reasoning, refusal, stream, text, tool } from "../../support/script.ts";

type Request = Anthropic.MessageCreateParamsNonStreaming;

const bridge = startBridge({ bucket: createRetryBucket() });
afterAll(bridge.stop);
const client = anthropicClient(bridge);

const validation = (said: string, reason: string | null = null) =>
  refusal(400, "ValidationException", said, reason);
const improper = validation("Improperly formed request.");
const success = stream(text("mended"), ending("END_TURN"));

const tools: Anthropic.Tool[] = [
  {
    name: "read",
    description: "Reads a file.",
    input_schema: {
      type: "object",
      properties: { path: { type: "string", pattern: "^/", minLength: 1 } },
      additionalProperties: false,
    },
  },
];
const withTools: Request = { ...message, tools };
const withCalls: Request = {
  ...withTools,
  messages: [
    ...message.messages,
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "toolu_1", name: "read", input: { path: "/a" } }],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "the file" }] },
  ],
};

const thinking = await thoughtful();
/** A conversation in which the model has thought before it called a tool. */
async function thoughtful(): Promise<Request> {
  const asked: Request = { ...withTools, model: "claude-sonnet-5", thinking: { type: "adaptive" } };
  bridge.simulator.script(
    stream(reasoning(["Why?"], "c2lnbmF0dXJl"), tool("toolu_1", "read", '{"path":"/a"}'), ending("TOOL_USE")),
  );
  const { content } = await client.messages.create(asked);
  return {
    ...asked,
    messages: [...asked.messages, { role: "assistant", content }, ...withCalls.messages.slice(-1)],
  };
}

/** The bodies that reach the service while `use` runs. */
async function bodiesOf({ simulator }: Bridge, use: () => Promise<unknown>) {
  const before = simulator.requests.length;
  await use();
  const requests = simulator.requests.slice(before);
  for (const { violations } of requests) expect(violations).toEqual([]);
  return requests.map(({ body }) => JSON.stringify(body));
}

const repairLines = ({ log }: Bridge) => log.filter((line) => line.includes("upstream.repair"));
const conversationIdIn = (body: string) => /"conversationId":"([^"]+)"/.exec(body)?.[1];

interface Case {
  row: string;
  refusal: ReturnType<typeof refusal>;
  request: Request;
  repair: string;
  /** In the first body and not in the second. */
  gone: string;
}

const flattened = { request: withCalls, repair: "flatten-tools", gone: '"toolUseId"' };
const pruned = { request: withTools, repair: "prune-schemas", gone: '"pattern"' };
const simplified = { repair: "simplify-tools" };
const silenced = { request: thinking, repair: "drop-reasoning", gone: '"reasoningContent"' };
const moved = { request: message, repair: "new-conversation", gone: "" };

const cases: readonly Case[] = [
  { row: "E1 with calls", refusal: improper, ...flattened, ...simplified },
  {
    row: "E1 with calls and schemas",
    refusal: improper,
    request: withCalls,
    gone: '"pattern"',
    ...simplified,
  },
  { row: "E1 with schemas", refusal: improper, ...pruned, ...simplified },
  {
    row: "E1 with its reason",
    refusal: validation("Improperly formed request.", "REQUEST_BODY_INVALID"),
    ...flattened,
    ...simplified,
  },
  { row: "E9 by its reason", refusal: validation("No.", "TOOL_USE_RESULT_MISMATCH"), ...flattened },
  {
    row: "E9 by its text",
    refusal: validation(
      "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
    ),
    ...flattened,
  },
  { row: "E10 by its reason", refusal: validation("No.", "TOOL_SCHEMA_INVALID"), ...pruned },
  { row: "E10 by its text", refusal: validation("Invalid tool use format."), ...pruned },
  {
    row: "E10 in Anthropic's words",
    refusal: validation("tools.1.custom.input_schema: JSON schema is invalid. It must match draft 2020-12."),
    ...pruned,
  },
  {
    row: "E10 of a schema",
    refusal: validation(
      "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
    ),
    ...pruned,
  },
  { row: "E13 by its reason", refusal: validation("No.", "THINKING_SIGNATURE_INVALID"), ...silenced },
  { row: "E13 by its text", refusal: validation("Invalid signature in thinking block"), ...silenced },
  { row: "E16", refusal: validation("No.", "INVALID_CONVERSATION_ID"), ...moved },
  { row: "E25", refusal: validation("No.", "CONVERSATION_LIMIT_EXCEEDED"), ...moved },
  {
    row: "E25 as 402",
    refusal: refusal(402, "ServiceQuotaExceededException", "No.", "CONVERSATION_LIMIT_EXCEEDED"),
    ...moved,
  },
];

describe.each(cases)("after $row", ({ refusal, request, repair, gone }) => {
  test("one changed request is made, and its answer is the client's", async () => {
    const logged = repairLines(bridge).length;
    bridge.simulator.script(refusal, success);
    const bodies = await bodiesOf(bridge, async () => {
      expect((await client.messages.create(request)).content).toMatchObject([{ text: "mended" }]);
    });
    expect(bodies).toHaveLength(2);
    const [first = "", second = ""] = bodies;
    if (gone) {
      expect(first).toContain(gone);
      expect(second).not.toContain(gone);
      expect(conversationIdIn(second)).toBe(conversationIdIn(first));
    } else {
      expect(conversationIdIn(second)).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
      expect(conversationIdIn(second)).not.toBe(conversationIdIn(first));
    }
    expect(repairLines(bridge).slice(logged)).toEqual([expect.stringContaining(`repair=${repair} `)]);
  });

  test("and another refusal, that one is the client's, whatever it is", async () => {
    bridge.simulator.script(refusal, validation("The second one.", "TOOL_SCHEMA_INVALID"));
    const bodies = await bodiesOf(bridge, async () => {
      expect(await failureOf(client.messages.create(request))).toMatchObject({
        status: 400,
        message: expect.stringContaining("The second one."),
      });
    });
    expect(bodies).toHaveLength(2);
  });
});

test("a streamed answer is repaired in the same way", async () => {
  bridge.simulator.script(improper, success);
  const bodies = await bodiesOf(bridge, async () => {
    expect(await client.messages.stream(withCalls).finalText()).toBe("mended");
  });
  expect(bodies).toHaveLength(2);
});

test("every request with a new conversation has one of its own", async () => {
  const full = validation("No.", "CONVERSATION_LIMIT_EXCEEDED");
  bridge.simulator.script(full, success, full, success);
  const bodies = await bodiesOf(bridge, async () => {
    await client.messages.create(message);
    await client.messages.create(message);
  });
  expect(new Set(bodies.map(conversationIdIn)).size).toBe(3);
});

describe("no second request is made", () => {
  test.each<[string, ReturnType<typeof refusal>, Request]>([
    ["for tools where there are none", improper, message],
    ["for calls where there are none", validation("No.", "TOOL_USE_RESULT_MISMATCH"), withTools],
    ["for schemas where there are none", validation("No.", "TOOL_SCHEMA_INVALID"), message],
    ["for reasoning where there is none", validation("No.", "THINKING_SIGNATURE_INVALID"), withCalls],
    ["for other faults", validation("No.", "IMAGE_SIZE_EXCEEDED"), withCalls],
    ["for a model", validation("No.", "INVALID_MODEL_ID"), withCalls],
  ])("%s", async (_, answer, request) => {
    bridge.simulator.script(answer);
    const bodies = await bodiesOf(bridge, () => failureOf(client.messages.create(request)));
    expect(bodies).toHaveLength(1);
  });

  test("once something has been streamed", async () => {
    bridge.simulator.script(
      stream(text("Hel"), exception("ValidationException", "Improperly formed request.")),
    );
    const bodies = await bodiesOf(bridge, () => failureOf(client.messages.create(withCalls)));
    expect(bodies).toHaveLength(1);
  });
});

describe("with a stale token", () => {
  const stale = refusal(403, "AccessDeniedException", "The bearer token included in the request is invalid.");
  const openai = async (first: string, answers: readonly ScriptedAnswer[]) => {
    const other = startBridge({
      bucket: createRetryBucket(),
      tokens: fixedTokens(first, accessToken),
      simulator: { accessTokens: ["old-but-good", accessToken] },
    });
    other.simulator.script(...answers);
    const bodies = await bodiesOf(other, () =>
      openaiClient(other)
        .chat.completions.create(chat)
        .catch(() => {}),
    );
    const tokens = other.simulator.requests.map(({ headers }) => headers["authorization"]);
    await other.stop();
    return { bodies, tokens };
  };
  const full = validation("No.", "CONVERSATION_LIMIT_EXCEEDED");
  const bearer = (token: string) => `Bearer ${token}`;

  test("the token is renewed first, and the repair comes after it", async () => {
    const { bodies, tokens } = await openai("stale", [full, success]);
    expect(tokens).toEqual([bearer("stale"), bearer(accessToken), bearer(accessToken)]);
    expect(bodies[1]).toBe(bodies[0] ?? "");
    expect(bodies[2]).not.toBe(bodies[1] ?? "");
  });

  test("that turns stale at the repaired request, that one is sent again", async () => {
    const { bodies, tokens } = await openai("old-but-good", [full, stale, success]);
    expect(tokens).toEqual([bearer("old-but-good"), bearer("old-but-good"), bearer(accessToken)]);
    expect(bodies[2]).toBe(bodies[1] ?? "");
  });

  test.each([
    ["one repair", [full, stale, full, full]],
    ["one renewal", [stale, full, stale, stale]],
  ])("there is %s and no more: three requests at most", async (_, answers) => {
    expect((await openai("old-but-good", answers)).bodies).toHaveLength(3);
  });
});
