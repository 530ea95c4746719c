import { expect, test } from "bun:test";
import type {
  ContentBlockParam,
  MessageParam,
  ToolResultBlockParam,
} from "@anthropic-ai/sdk/resources/messages";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import type { ResponseInputItem, Tool } from "openai/resources/responses/responses";
import { buildRequest } from "../../src/amazonq/request/build.ts";
import { decodeMessagesRequest } from "../../src/protocols/anthropic/decode.ts";
import { MessagesRequest } from "../../src/protocols/anthropic/schema.ts";
import { decodeChatRequest } from "../../src/protocols/openai/decode.ts";
import { ChatCompletionRequest } from "../../src/protocols/openai/schema.ts";
import { decodeResponsesRequest } from "../../src/protocols/openai-responses/decode.ts";
import { ResponsesRequest } from "../../src/protocols/openai-responses/schema.ts";
import { createResponseStore } from "../../src/protocols/openai-responses/store.ts";
import { threadOf } from "../../src/protocols/openai-responses/thread.ts";
import type { Conversation } from "../../src/turn/conversation.ts";
import { texts } from "../support/arbitraries.ts";
import { timeFor } from "../support/cases.ts";
import { png } from "../support/images.ts";
import { requestContext, violations } from "../support/request.ts";

/** Conversations for each protocol in one run of the suite. */
const cases = 3_000;

/** A text that is found again by the name it begins with, hostile behind it. */
const named = fc.tuple(fc.uuid(), texts()).map(([name, text]) => `${name} ${text}`);
const name = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const callId = fc.constantFrom("a", "b", "toolu_1", "call/with*odd id", "x".repeat(80));
const toolName = fc.constantFrom("read", "mcp__server__tool", "näme", "n".repeat(90));
const picture = png(2, 2).data;

const anthropicResult: fc.Arbitrary<NonNullable<ToolResultBlockParam["content"]>> = fc.oneof(
  fc.constant(""),
  named,
  fc.array(
    fc.oneof(
      named.map((text) => ({ type: "text" as const, text })),
      fc.constant({
        type: "image" as const,
        source: { type: "base64" as const, media_type: "image/png" as const, data: picture },
      }),
      named.map((text) => ({
        type: "search_result" as const,
        title: text,
        source: "s",
        content: [{ type: "text" as const, text: "t" }],
      })),
      fc.constant({ type: "tool_reference" as const, tool_name: "read" }),
    ),
    { maxLength: 3 },
  ),
);
const anthropicBlock: fc.Arbitrary<ContentBlockParam> = fc.oneof(
  named.map((text) => ({ type: "text" as const, text })),
  fc.constant({
    type: "image" as const,
    source: { type: "base64" as const, media_type: "image/png" as const, data: picture },
  }),
  named.map((data) => ({
    type: "document" as const,
    source: { type: "text" as const, media_type: "text/plain" as const, data },
  })),
  named.map((text) => ({
    type: "search_result" as const,
    title: text,
    source: "s",
    content: [{ type: "text" as const, text: "t" }],
  })),
  fc.record({
    type: fc.constant("tool_use" as const),
    id: callId,
    name: toolName,
    input: fc.record({ path: named }),
  }),
  fc.record({
    type: fc.constant("tool_result" as const),
    tool_use_id: callId,
    content: anthropicResult,
    is_error: fc.boolean(),
  }),
  fc.constant({ type: "thinking" as const, thinking: "foreign", signature: "Er4B" }),
  fc.constant({ type: "redacted_thinking" as const, data: "AAEC" }),
  named.map((query) => ({
    type: "server_tool_use" as const,
    id: "srvtoolu_1",
    name: "web_search" as const,
    input: { query },
  })),
  named.map((title) => ({
    type: "web_search_tool_result" as const,
    tool_use_id: "srvtoolu_1",
    content: [
      { type: "web_search_result" as const, title, url: "https://example.com/", encrypted_content: "x" },
    ],
  })),
);
const anthropicMessage: fc.Arbitrary<MessageParam> = fc.record({
  role: fc.constantFrom("user" as const, "assistant" as const),
  content: fc.oneof(named, fc.array(anthropicBlock, { maxLength: 4 })),
});
const anthropicSystem: fc.Arbitrary<MessageParam> = named.map((content) => ({ role: "system", content }));

const chatCall = fc.record({ id: callId, name: toolName, path: named }).map(({ id, name: tool, path }) => ({
  id,
  type: "function" as const,
  function: { name: tool, arguments: JSON.stringify({ path }) },
}));
const chatMessage: fc.Arbitrary<ChatCompletionMessageParam> = fc.oneof(
  fc.record({ role: fc.constantFrom("system" as const, "developer" as const), content: named }),
  fc.record({
    role: fc.constant("user" as const),
    content: fc.oneof(
      named,
      fc.array(
        fc.oneof(
          named.map((text) => ({ type: "text" as const, text })),
          fc.constant({ type: "image_url" as const, image_url: { url: `data:image/png;base64,${picture}` } }),
        ),
        { maxLength: 3 },
      ),
    ),
  }),
  fc.record({
    role: fc.constant("assistant" as const),
    content: fc.oneof(named, fc.constant(null)),
    tool_calls: fc.array(chatCall, { maxLength: 3 }),
  }),
  fc.record({ role: fc.constant("tool" as const), tool_call_id: callId, content: named }),
);

const responsesText = fc.oneof(
  named,
  fc.array(
    named.map((text) => ({ type: "input_text" as const, text })),
    { maxLength: 3 },
  ),
);
const responsesCall = { call_id: callId, name: toolName, namespace: fc.constantFrom("ns", "") };
const responsesResult = { call_id: callId, output: responsesText };
const responsesItem: fc.Arbitrary<ResponseInputItem> = fc.oneof(
  fc.record({
    role: fc.constantFrom("user" as const, "assistant" as const, "system" as const, "developer" as const),
    content: responsesText,
  }),
  fc.record({
    type: fc.constant("message" as const),
    role: fc.constant("assistant" as const),
    id: fc.constant("msg_1"),
    status: fc.constant("completed" as const),
    content: fc.array(
      fc.oneof(
        named.map((text) => ({ type: "output_text" as const, text, annotations: [] })),
        named.map((refusal) => ({ type: "refusal" as const, refusal })),
      ),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant("function_call" as const),
    ...responsesCall,
    arguments: named.map((path) => JSON.stringify({ path })),
  }),
  fc.record({ type: fc.constant("function_call_output" as const), ...responsesResult }),
  fc.record({ type: fc.constant("custom_tool_call" as const), ...responsesCall, input: named }),
  fc.record({ type: fc.constant("custom_tool_call_output" as const), ...responsesResult }),
  fc.record({
    type: fc.constant("reasoning" as const),
    id: fc.constant("rs_1"),
    summary: fc.array(fc.record({ type: fc.constant("summary_text" as const), text: fc.string() }), {
      maxLength: 2,
    }),
    encrypted_content: fc.constant("Er4B"),
  }),
  named.map((query) => ({
    type: "web_search_call" as const,
    id: "ws_1",
    status: "completed" as const,
    action: { type: "search" as const, query },
  })),
  named.map((output) => ({ type: "local_shell_call_output" as const, id: "l", output })),
);
const responsesTool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({
    type: fc.constant("function" as const),
    name: toolName,
    parameters: fc.constantFrom(null, {}, { type: "object", properties: {} }, { type: "string" }),
    strict: fc.boolean(),
  }),
  fc.record({ type: fc.constant("custom" as const), name: toolName }),
  fc.constant({ type: "web_search" as const }),
);

/** Nothing that the service refuses, and every name said in the request is in what is sent. */
function expectKept(said: unknown, conversation: Conversation): void {
  const built = buildRequest(conversation, requestContext);
  expect(violations(built)).toEqual([]);
  const sent = JSON.stringify(built.body);
  const lost = (JSON.stringify(said).match(name) ?? []).filter((text) => !sent.includes(text));
  expect(lost).toEqual([]);
}

test(
  `whatever ${cases} Messages requests say reaches the service, in a request that breaks none of its rules`,
  () => {
    const conversations = fc.array(fc.oneof({ weight: 6, arbitrary: anthropicMessage }, anthropicSystem), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(conversations, fc.option(named, { nil: undefined }), (messages, system) => {
        const request: unknown = JSON.parse(
          JSON.stringify({ model: "claude-sonnet-4.5", max_tokens: 100, messages, system }),
        );
        if (!Value.Check(MessagesRequest, request))
          throw new Error("The schema refuses what the SDK's types allow.");
        expectKept({ messages, system }, decodeMessagesRequest(request));
      }),
      { numRuns: cases },
    );
  },
  timeFor(),
);

test(
  `whatever ${cases} Chat Completions requests say reaches the service, in a request that breaks none of its rules`,
  () => {
    fc.assert(
      fc.property(fc.array(chatMessage, { minLength: 1, maxLength: 12 }), (messages) => {
        const request: unknown = JSON.parse(JSON.stringify({ model: "claude-sonnet-4.5", messages }));
        if (!Value.Check(ChatCompletionRequest, request))
          throw new Error("The schema refuses what the SDK's types allow.");
        expectKept(messages, decodeChatRequest(request));
      }),
      { numRuns: cases },
    );
  },
  timeFor(),
);

test(
  `whatever ${cases} Responses requests say reaches the service, in a request that breaks none of its rules`,
  () => {
    const store = createResponseStore({ responseBytes: 0, itemBytes: 0 });
    const inputs = fc.array(responsesItem, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(inputs, fc.array(responsesTool, { maxLength: 3 }), (input, tools) => {
        const request: unknown = JSON.parse(JSON.stringify({ model: "claude-sonnet-4.5", input, tools }));
        if (!Value.Check(ResponsesRequest, request))
          throw new Error("The schema refuses what the SDK's types allow.");
        expectKept(input, decodeResponsesRequest(request, threadOf(request, store)).conversation);
      }),
      { numRuns: cases },
    );
  },
  timeFor(),
);
