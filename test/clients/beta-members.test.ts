import { afterAll, expect, test } from "bun:test";
import type {
  BetaMessage,
  BetaMessageDeltaUsage,
  BetaMessageTokensCount,
  BetaRawMessageDeltaEvent,
  BetaUsage,
} from "@anthropic-ai/sdk/resources/beta/messages";
import type { BetaModelInfo } from "@anthropic-ai/sdk/resources/beta/models";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text } from "../support/script.ts";
import { anthropicClient, message } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { messages, models } = anthropicClient(bridge).beta;
const hello = stream(text("Hello"), ending("END_TURN"));

type Demanded<T> = { [Name in keyof T]-?: object extends Pick<T, Name> ? never : Name }[keyof T];
/** The compiler wants each member that the SDK's type demands. */
const expectMembers = <T extends object>(value: T, demanded: Record<Demanded<T>, true>) =>
  expect(Object.keys(value)).toEqual(expect.arrayContaining(Object.keys(demanded)));

const ofDeltaUsage = {
  cache_creation_input_tokens: true,
  cache_read_input_tokens: true,
  fallback_credit: true,
  input_tokens: true,
  iterations: true,
  output_tokens: true,
  output_tokens_details: true,
  server_tool_use: true,
} as const satisfies Record<Demanded<BetaMessageDeltaUsage>, true>;

function expectMessage(answer: BetaMessage) {
  expectMembers<BetaMessage>(answer, {
    container: true,
    content: true,
    context_management: true,
    diagnostics: true,
    id: true,
    model: true,
    role: true,
    stop_details: true,
    stop_reason: true,
    stop_sequence: true,
    type: true,
    usage: true,
  });
  expectMembers<BetaUsage>(answer.usage, {
    ...ofDeltaUsage,
    cache_creation: true,
    inference_geo: true,
    service_tier: true,
    speed: true,
  });
}

test("a whole message has all members that the beta API promises", async () => {
  bridge.simulator.script(hello);
  expectMessage(await messages.create(message));
});

test("a streamed message has them at its beginning and at its end", async () => {
  bridge.simulator.script(hello);
  const events = await Array.fromAsync(await messages.create({ ...message, stream: true }));
  const [start, end] = [events.at(0), events.at(-2)];
  if (start?.type !== "message_start" || end?.type !== "message_delta") throw new Error("not a message");
  expectMessage(start.message);
  expectMembers<BetaRawMessageDeltaEvent>(end, {
    context_management: true,
    delta: true,
    type: true,
    usage: true,
  });
  expectMembers<BetaRawMessageDeltaEvent.Delta>(end.delta, {
    container: true,
    stop_details: true,
    stop_reason: true,
    stop_sequence: true,
  });
  expectMembers<BetaMessageDeltaUsage>(end.usage, ofDeltaUsage);
});

test("a count of tokens has them", async () => {
  const { model } = message;
  expectMembers<BetaMessageTokensCount>(
    await messages.countTokens({ model, messages: [{ role: "user", content: "Hello" }] }),
    { context_management: true, input_tokens: true },
  );
});

test("a model has them", async () => {
  expectMembers<BetaModelInfo>(await models.retrieve("claude-sonnet-4.5"), {
    allowed_fallback_models: true,
    capabilities: true,
    created_at: true,
    deprecated_at: true,
    display_name: true,
    id: true,
    lifecycle: true,
    line: true,
    max_input_tokens: true,
    max_tokens: true,
    retires_at: true,
    type: true,
  });
});
