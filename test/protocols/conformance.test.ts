import { expect, test } from "bun:test";
import type {
  MessageCreateParams as BetaMessageCreateParams,
  BetaMessageParam,
  BetaSystemMessageParam,
} from "@anthropic-ai/sdk/resources/beta/messages";
import type { MessageCountTokensParams, MessageCreateParams } from "@anthropic-ai/sdk/resources/messages";
import type {
  ChatCompletionAllowedToolChoice,
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParams,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionNamedToolChoiceCustom,
  ChatCompletionToolChoiceOption,
} from "openai/resources/chat/completions";
import type { CountTokensRequest, MessagesRequest } from "../../src/protocols/anthropic/schema.ts";
import type { ChatCompletionRequest } from "../../src/protocols/openai/schema.ts";

/** The beta allows instructions without content, which the bridge refuses by name. */
interface WithoutEmptyInstructions extends Omit<BetaMessageCreateParams, "messages"> {
  messages: Exclude<BetaMessageParam, BetaSystemMessageParam>[];
}

interface FunctionCallingMessage extends Omit<ChatCompletionAssistantMessageParam, "tool_calls"> {
  tool_calls?: ChatCompletionMessageFunctionToolCall[];
}

/** Custom tools and lists of allowed tools are refused by name. */
interface WithFunctionsOnly extends Omit<ChatCompletionCreateParams, "messages" | "tool_choice"> {
  messages: (
    | Exclude<ChatCompletionMessageParam, ChatCompletionAssistantMessageParam>
    | FunctionCallingMessage
  )[];
  tool_choice?: Exclude<
    ChatCompletionToolChoiceOption,
    ChatCompletionAllowedToolChoice | ChatCompletionNamedToolChoiceCustom
  >;
}

const same = <T>(value: T): T => value;

/** The compiler refuses this file when a type of the SDKs stops being one of ours. */
const accepted = {
  messages: same<(params: MessageCreateParams) => MessagesRequest>((params) => params),
  betaMessages: same<(params: WithoutEmptyInstructions) => MessagesRequest>((params) => params),
  countTokens: same<(params: MessageCountTokensParams) => CountTokensRequest>((params) => params),
  chatCompletions: same<(params: WithFunctionsOnly) => ChatCompletionRequest>((params) => params),
};

test("what the SDKs' types let a program send is what the bridge's types let in", () => {
  const params = { model: "auto", messages: [{ role: "user" as const, content: "Hello" }] };
  expect(accepted.chatCompletions(params)).toBe(params);
});
