import { type Static, Type } from "@sinclair/typebox";
import { open } from "../../http/schema.ts";
import type { Conversation } from "../../turn/conversation.ts";
import { decodeResponsesRequest } from "../openai-responses/decode.ts";
import { ResponsesRequest } from "../openai-responses/schema.ts";
import { threadOf } from "../openai-responses/thread.ts";
import type { CallFormOf } from "./call-forms.ts";
import { ChatCompletionRequest } from "./schema.ts";

/** Body of a Responses request to Chat Completions: Cursor sends it there, and expects chunks for an answer. */
export const ResponsesShapedRequest = open({
  ...ResponsesRequest.properties,
  messages: Type.Optional(Type.Never()),
  stream_options: ChatCompletionRequest.properties.stream_options,
});
export type ResponsesShapedRequest = Static<typeof ResponsesShapedRequest>;

/** An answer in chunks has no id that a client could continue from. */
const nothingStored = { get: () => undefined, item: () => undefined };

/** What it asks, and the form in which the client wants calls. */
export function decodeResponsesShaped(request: ResponsesShapedRequest): {
  conversation: Conversation;
  formOf: CallFormOf;
} {
  const { conversation, origins } = decodeResponsesRequest(request, threadOf(request, nothingStored));
  return {
    conversation,
    formOf: (name) => (origins.get(name)?.kind === "custom" ? "text" : "function"),
  };
}
