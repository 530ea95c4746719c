import type { ChatCompletionCreateParams } from "openai/resources/chat/completions";
import { type FieldFate, type FieldTable, ignored, isEmpty, refused } from "../fields.ts";
import type { ChatCompletionRequest } from "./schema.ts";

/** Members of Chat Completions that the bridge does not act on; the compiler demands each one that the SDK knows. */
export const openaiFields = {
  audio: refused("Amazon Q answers in text alone"),
  frequency_penalty: ignored("Amazon Q has no sampling settings"),
  logit_bias: refused("Amazon Q has no sampling settings", isEmpty),
  logprobs: refused("Amazon Q gives no log probabilities", (value) => value === false),
  metadata: ignored("Amazon Q stores no answers"),
  modalities: refused("Amazon Q answers in text alone", (value) =>
    [value].flat().every((modality) => modality === "text"),
  ),
  moderation: ignored("Amazon Q moderates by its own rules"),
  n: refused("Amazon Q gives only one choice", (value) => value === 1),
  prediction: ignored("Amazon Q makes no use of predictions"),
  presence_penalty: ignored("Amazon Q has no sampling settings"),
  prompt_cache_key: ignored("a conversation is known by its beginning"),
  prompt_cache_options: ignored("the service decides how long it caches"),
  prompt_cache_retention: ignored("the service decides how long it caches"),
  safety_identifier: ignored("Amazon Q knows the user by the login"),
  seed: ignored("Amazon Q has no sampling settings"),
  service_tier: ignored("Amazon Q has one tier"),
  store: ignored("Amazon Q stores no answers"),
  temperature: ignored("Amazon Q has no sampling settings"),
  top_logprobs: refused("Amazon Q gives no log probabilities", (value) => value === 0),
  top_p: ignored("Amazon Q has no sampling settings"),
  user: ignored("Amazon Q knows the user by the login"),
  verbosity: ignored("say in the prompt how long the answer should be"),
} satisfies FieldTable &
  Record<Exclude<keyof ChatCompletionCreateParams, keyof ChatCompletionRequest>, FieldFate>;
