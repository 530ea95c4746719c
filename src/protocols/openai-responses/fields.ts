import type { ResponseCreateParams } from "openai/resources/responses/responses";
import { type FieldFate, type FieldTable, ignored, isEmpty, refused } from "../fields.ts";
import type { ResponsesRequest } from "./schema.ts";

/** Members of the Responses API that the bridge does not act on; the compiler demands each one that the SDK knows. */
export const responsesFields = {
  access_programs: ignored("Amazon Q knows the user by the login"),
  background: refused("answers are given while the client waits", (value) => value === false),
  context_management: ignored("the whole conversation is sent, and nothing of it is cleared"),
  conversation: refused("conversations are not kept; send the input, or a previous_response_id"),
  image: ignored("Amazon Q makes no images"),
  moderation: ignored("Amazon Q moderates by its own rules"),
  prompt: refused("prompts are not kept; send instructions and input"),
  prompt_cache_key: ignored("a conversation is known by its beginning"),
  prompt_cache_options: ignored("the service decides how long it caches"),
  prompt_cache_retention: ignored("the service decides how long it caches"),
  safety_identifier: ignored("Amazon Q knows the user by the login"),
  service_tier: ignored("Amazon Q has one tier"),
  stream_options: ignored("it only pads the stream"),
  temperature: ignored("Amazon Q has no sampling settings"),
  top_logprobs: refused("Amazon Q gives no log probabilities", (value) => value === 0 || isEmpty(value)),
  top_p: ignored("Amazon Q has no sampling settings"),
  truncation: ignored("nothing is cut; a prompt that is too long is an error, so that clients compact"),
  user: ignored("Amazon Q knows the user by the login"),
} satisfies FieldTable & Record<Exclude<keyof ResponseCreateParams, keyof ResponsesRequest>, FieldFate>;
