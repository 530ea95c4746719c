import { afterAll, expect, test } from "bun:test";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, stream, text, tool } from "../support/script.ts";
import { anthropicClient, chat, failureOf, hearChat, hearMessage, message, openaiClient } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

const words = text("Hello");
const call = tool("tooluse_a", "read", "{}");
const contents = {
  text: words,
  "a call": call,
  "text and a call": [...words, ...call],
  "thoughts and text": [...reasoning(["Hm."], "c2ln"), ...words],
} satisfies Record<string, readonly ScriptedStep[]>;

type Row = readonly [
  reason: string | undefined,
  content: keyof typeof contents,
  openai: string,
  anthropic: string,
];

/** Contract 3.5. */
const table: readonly Row[] = [
  ["END_TURN", "text", "stop", "end_turn"],
  ["END_TURN", "thoughts and text", "stop", "end_turn"],
  ["END_TURN", "a call", "tool_calls", "tool_use"],
  ["end_turn", "text", "stop", "end_turn"],
  ["TOOL_USE", "a call", "tool_calls", "tool_use"],
  ["TOOL_USE", "text and a call", "tool_calls", "tool_use"],
  ["tool_use", "a call", "tool_calls", "tool_use"],
  // An agent told to run tools that there are not would wait for ever.
  ["TOOL_USE", "text", "stop", "end_turn"],
  ["MAX_TOKENS", "text", "length", "max_tokens"],
  ["Max_Tokens", "text", "length", "max_tokens"],
  ["MAX_TOKENS", "text and a call", "length", "max_tokens"],
  ["STOP_SEQUENCE", "text", "stop", "stop_sequence"],
  ["MODEL_CONTEXT_WINDOW_EXCEEDED", "text", "length", "model_context_window_exceeded"],
  ["CONTENT_FILTERED", "text", "content_filter", "refusal"],
  ["GUARDRAIL_INTERVENED", "text", "content_filter", "refusal"],
  ["MALFORMED_TOOL_USE", "text", "stop", "end_turn"],
  ["MALFORMED_MODEL_OUTPUT", "text", "stop", "end_turn"],
  [undefined, "text", "stop", "end_turn"],
  [undefined, "a call", "tool_calls", "tool_use"],
  ["SOMETHING_NEW", "text", "stop", "end_turn"],
  ["SOMETHING_NEW", "a call", "tool_calls", "tool_use"],
  ["", "text", "stop", "end_turn"],
];

test.each(table)("%p with %s is openai's %s and anthropic's %s", async (reason, content, finish, stop) => {
  const answer = stream([...contents[content]], ending(reason));
  bridge.simulator.script(answer, answer, answer, answer);
  expect(await hearChat(openai, chat)).toMatchObject({ successes: [finish], failure: undefined });
  expect(await hearMessage(anthropic, message)).toMatchObject({
    successes: [stop, "message_stop"],
    failure: undefined,
  });
  expect(await openai.chat.completions.create(chat)).toMatchObject({ choices: [{ finish_reason: finish }] });
  expect(await anthropic.messages.create(message)).toMatchObject({ stop_reason: stop, stop_sequence: null });
});

test("an answer without any of the closing events is complete", async () => {
  const answer = stream(words);
  bridge.simulator.script(answer, answer);
  expect(await hearChat(openai, chat)).toMatchObject({ successes: ["stop"] });
  expect(await hearMessage(anthropic, message)).toMatchObject({ successes: ["end_turn", "message_stop"] });
});

test.each(["MALFORMED_TOOL_USE", "MALFORMED_MODEL_OUTPUT"])(
  "%s without content is a failure",
  async (reason) => {
    const answer = stream(ending(reason));
    bridge.simulator.script(answer, answer);
    expect(await failureOf(openai.chat.completions.create(chat))).toMatchObject({ status: 502 });
    expect(await failureOf(anthropic.messages.create(message))).toMatchObject({ type: "api_error" });
  },
);

test.each([
  ["CONTENT_FILTERED", "content_filter", "refusal"],
  ["GUARDRAIL_INTERVENED", "content_filter", "refusal"],
])("%s without content is an answer", async (reason, finish, stop) => {
  const answer = stream(ending(reason));
  bridge.simulator.script(answer, answer, answer);
  expect(await openai.chat.completions.create(chat)).toMatchObject({
    choices: [{ finish_reason: finish, message: { content: "" } }],
  });
  expect(await anthropic.messages.create(message)).toMatchObject({ content: [], stop_reason: stop });
  expect(await anthropic.messages.stream(message).finalMessage()).toMatchObject({
    content: [],
    stop_reason: stop,
  });
});
