import { type Static, Type } from "@sinclair/typebox";
import type { CompletionCreateParams } from "openai/resources/completions";
import { open, optional } from "../../http/schema.ts";
import { type FieldFate, type FieldTable, refused } from "../fields.ts";
import { StopSequence, StopSequences } from "../stop-sequences.ts";
import { openaiFields } from "./fields.ts";

/** Body of `POST /v1/completions`. */
export const CompletionRequest = open({
  model: Type.String({ minLength: 1 }),
  prompt: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 1 })], {
    description: "a string, or an array with one string",
  }),
  suffix: optional(Type.String()),
  max_tokens: optional(Type.Integer({ minimum: 1 })),
  stop: optional(Type.Union([StopSequence, StopSequences])),
  stream: optional(Type.Boolean()),
  stream_options: optional(open({ include_usage: optional(Type.Boolean()) })),
});
export type CompletionRequest = Static<typeof CompletionRequest>;

const { frequency_penalty, logit_bias, n, presence_penalty, seed, temperature, top_p, user } = openaiFields;

/** Members of legacy completions that the bridge does not act on. */
export const completionFields = {
  best_of: refused("one choice is all that Amazon Q gives", (value) => value === 1),
  echo: refused("the answer is what follows the prompt", (value) => value === false),
  frequency_penalty,
  logit_bias,
  logprobs: refused("Amazon Q gives no log probabilities", (value) => value === 0),
  n,
  presence_penalty,
  seed,
  temperature,
  top_p,
  user,
} satisfies FieldTable & Record<Exclude<keyof CompletionCreateParams, keyof CompletionRequest>, FieldFate>;

/** Body of an answer that is not streamed. */
export const CompletionAnswer = open({
  id: Type.String(),
  object: Type.Literal("text_completion"),
  created: Type.Integer(),
  model: Type.String(),
  choices: Type.Array(open({ index: Type.Integer(), text: Type.String(), finish_reason: Type.String() })),
});
