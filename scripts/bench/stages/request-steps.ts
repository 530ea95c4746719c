import { TypeCompiler } from "@sinclair/typebox/compiler";
import { builtInModel, unlistedModel } from "../../../src/amazonq/models/models.ts";
import { buildRequest } from "../../../src/amazonq/request/build.ts";
import { systemClock } from "../../../src/clock.ts";
import { readJson } from "../../../src/http/body.ts";
import { decodeMessagesRequest } from "../../../src/protocols/anthropic/decode.ts";
import { MessagesRequest } from "../../../src/protocols/anthropic/schema.ts";
import { decodeChatRequest } from "../../../src/protocols/openai/decode.ts";
import { ChatCompletionRequest } from "../../../src/protocols/openai/schema.ts";
import { decodeResponsesRequest } from "../../../src/protocols/openai-responses/decode.ts";
import { ResponsesRequest } from "../../../src/protocols/openai-responses/schema.ts";
import { createResponseStore } from "../../../src/protocols/openai-responses/store.ts";
import { threadOf } from "../../../src/protocols/openai-responses/thread.ts";
import { estimateInputTokens } from "../../../src/turn/tokens/conversation.ts";
import { answerFrames } from "../answer.ts";
import { translate } from "../bare-translation.ts";
import { anthropicRequest, openaiRequest, responsesRequest } from "../requests.ts";
import { findShape } from "../shapes.ts";
import { type Ask, inProcessBridge, jsonHeaders } from "./in-process-bridge.ts";
import type { Comparison, Step } from "./step.ts";

const checkAnthropic = TypeCompiler.Compile(MessagesRequest);
const checkResponses = TypeCompiler.Compile(ResponsesRequest);
const checkOpenai = TypeCompiler.Compile(ChatCompletionRequest);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const model = "claude-sonnet-4.6";
const context = {
  model: builtInModel(model) ?? unlistedModel(model),
  conversationId: "bench",
  profileArn: undefined,
};
const emptyStore = createResponseStore({ responseBytes: 0, itemBytes: 0 });
const limits = { maxBytes: 64 * 2 ** 20, timeoutMs: 60_000, clock: systemClock };

/** The text is made as the bridge makes it, out of bytes: that decides how the runtime keeps it. */
const parsedAndSerialised = (bytes: Uint8Array): Step => {
  const text = new TextDecoder().decode(bytes);
  return { name: "JSON.parse and JSON.stringify", units: 1, run: () => JSON.stringify(JSON.parse(text)) };
};

/** Each stage of a request by itself, on what the one before it gives. */
export function requestStages(historyMb: number): Comparison {
  const asked = anthropicRequest({ historyMb });
  const askedOpenai = openaiRequest({ historyMb });
  const askedResponses = responsesRequest({ historyMb });
  if (
    !checkAnthropic.Check(asked) ||
    !checkOpenai.Check(askedOpenai) ||
    !checkResponses.Check(askedResponses)
  )
    throw new Error("The bench's requests do not fit the schemas.");
  const bytes = bytesOf(JSON.stringify(asked));
  const conversation = decodeMessagesRequest(asked);
  const { body } = buildRequest(conversation, context);
  const ask = shortAnswers();
  const request = () =>
    new Request("http://localhost/v1/messages", {
      method: "POST",
      headers: jsonHeaders(bytes),
      body: bytes,
    });
  const step = (name: string, run: () => unknown): Step => ({ name, units: 1, run });
  return {
    title: `Stages of a request of ${(bytes.length / 1e6).toFixed(bytes.length < 1e5 ? 4 : 2)} MB`,
    unit: "request",
    steps: [
      parsedAndSerialised(bytes),
      step("bare translation", () => JSON.stringify(translate(asked))),
      step("body", () => readJson(request(), limits)),
      step("schema, anthropic", () => checkAnthropic.Check(asked)),
      step("schema, openai", () => checkOpenai.Check(askedOpenai)),
      step("schema, responses", () => checkResponses.Check(askedResponses)),
      step("decoding, anthropic", () => decodeMessagesRequest(asked)),
      step("decoding, openai", () => decodeChatRequest(askedOpenai)),
      step("decoding, responses", () =>
        decodeResponsesRequest(askedResponses, threadOf(askedResponses, emptyStore)),
      ),
      step("token estimate", () => estimateInputTokens(conversation)),
      step("request building", () => buildRequest(conversation, context)),
      step("serialising", () => JSON.stringify(body)),
      step("whole server but its sockets, 10 events", () => ask("/v1/messages", bytes)),
    ],
  };
}

/** A whole server that answers each request in 10 events. */
export const shortAnswers = (): Ask => inProcessBridge(answerFrames(findShape("short")));

/** A request through the whole server, beside the least that can be done to its body. */
export function wholeRequest(historyMb: number, ask: Ask): { bytes: number; json: Step; bridge: Step } {
  const bytes = bytesOf(JSON.stringify(anthropicRequest({ historyMb })));
  return {
    bytes: bytes.length,
    json: parsedAndSerialised(bytes),
    bridge: { name: "bridge", units: 1, run: () => ask("/v1/messages", bytes) },
  };
}
