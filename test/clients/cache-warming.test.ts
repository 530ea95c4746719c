import { afterAll, describe, expect, test } from "bun:test";
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, refusal, stream, text } from "../support/script.ts";
import { anthropicClient, failureOf, latestRequest, message, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { messages } = anthropicClient(bridge);

const warmUp: MessageCreateParamsNonStreaming = {
  ...message,
  max_tokens: 0,
  system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
};
const nothing = { content: [], stop_reason: "max_tokens", usage: { output_tokens: 0 } };
const answer = stream(text("Hello", " there"), { pauseMs: 600_000 }, ending("END_TURN"));

describe("max_tokens of 0", () => {
  test("has the prompt read with its cache marks, and gets no answer", async () => {
    bridge.simulator.script(answer);
    const whole = await messages.create(warmUp);
    expect(whole).toMatchObject(nothing);
    expect(whole.usage.input_tokens).toBeGreaterThan(0);
    expect(JSON.stringify(latestRequest(bridge).body)).toContain("cachePoint");
  });

  test.each(["claude-opus-4.6", "auto"])("is nothing that a model is asked for: %s", async (model) => {
    bridge.simulator.script(stream(reasoning(["Hm."], "c2ln"), text("Hi"), ending("END_TURN")));
    expect(await messages.create({ ...warmUp, model, thinking: { type: "adaptive" } })).toMatchObject(
      nothing,
    );
    expect(JSON.stringify(latestRequest(bridge).body)).not.toContain('"max_tokens":0');
  });

  test("is answered whole, though such a client would otherwise get a stream", async () => {
    bridge.simulator.script(answer);
    const response = await post(bridge, "/v1/messages", warmUp);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toMatchObject(nothing);
  });

  test("tells what is wrong with the login or the model, as any request", async () => {
    bridge.simulator.script(refusal(400, "ValidationException", "No.", "INVALID_MODEL_ID"));
    expect(await failureOf(messages.create(warmUp))).toMatchObject({ status: 404 });
  });

  const contradictions: Readonly<Record<string, object>> = {
    stream: { stream: true },
    thinking: { thinking: { type: "enabled", budget_tokens: 1024 } },
    output_config: { output_config: { format: { type: "json_schema", schema: {} } } },
    output_format: { output_format: { type: "json_schema", schema: {} } },
    tool_choice: { tools: [{ name: "read", input_schema: {} }], tool_choice: { type: "any" } },
  };

  test.each(Object.entries(contradictions))(
    "is refused beside what wants an answer: %s",
    async (name, rest) => {
      const before = bridge.simulator.requests.length;
      const response = await post(bridge, "/v1/messages", { ...warmUp, ...rest });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: {
          type: "invalid_request_error",
          message: expect.stringMatching(new RegExp(`^${name}: .*max_tokens`)),
        },
      });
      expect(bridge.simulator.requests).toHaveLength(before);
    },
  );
});
