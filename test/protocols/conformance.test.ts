import { expect, test } from "bun:test";
import type { MessageCreateParams as BetaMessageCreateParams } from "@anthropic-ai/sdk/resources/beta/messages";
import type { MessageCountTokensParams, MessageCreateParams } from "@anthropic-ai/sdk/resources/messages";
import type { ChatCompletionCreateParams } from "openai/resources/chat/completions";
import type { ResponseCreateParams, ResponseInputItem } from "openai/resources/responses/responses";
import type { CountTokensRequest, MessagesRequest } from "../../src/protocols/anthropic/schema.ts";
import type { ChatCompletionRequest } from "../../src/protocols/openai/schema.ts";
import type { ResponsesRequest } from "../../src/protocols/openai-responses/schema.ts";

/** Only a stored prompt could do without these, and is refused by name; of references the compiler cannot see that both forms are known. */
interface WithOwnInput extends Omit<ResponseCreateParams, "model" | "input"> {
  model: string;
  input: string | Exclude<ResponseInputItem, ResponseInputItem.ItemReference>[];
}

const same = <T>(value: T): T => value;

/** The compiler refuses this file when a type of the SDKs stops being one of ours. */
const accepted = {
  messages: same<(params: MessageCreateParams) => MessagesRequest>((params) => params),
  betaMessages: same<(params: BetaMessageCreateParams) => MessagesRequest>((params) => params),
  countTokens: same<(params: MessageCountTokensParams) => CountTokensRequest>((params) => params),
  chatCompletions: same<(params: ChatCompletionCreateParams) => ChatCompletionRequest>((params) => params),
  responses: same<(params: WithOwnInput) => ResponsesRequest>((params) => params),
};

test("what the SDKs' types let a program send is what the bridge's types let in", () => {
  const params = { model: "auto", messages: [{ role: "user" as const, content: "Hello" }] };
  expect(accepted.chatCompletions(params)).toBe(params);
});
