import { type Static, Type } from "@sinclair/typebox";
import type { Completion, CompletionChoice, CompletionCreateParams } from "openai/resources/completions";
import { open, optional } from "../../http/schema.ts";
import type { Turn } from "../../turn/collect.ts";
import type { Conversation } from "../../turn/conversation.ts";
import type { StopReason, TurnEvent } from "../../turn/events.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import { type FieldFate, type FieldTable, refused, refuseFields } from "../fields.ts";
import type { ReplyIdentity } from "../reply.ts";
import { decodeStops, StopSequence, StopSequences } from "../stop-sequences.ts";
import { finishReasons as chatReasons, encodeUsage } from "./encode.ts";
import { openaiErrorBody } from "./errors.ts";
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
type CompletionRequest = Static<typeof CompletionRequest>;

const { frequency_penalty, logit_bias, n, presence_penalty, seed, temperature, top_p, user } = openaiFields;

/** Members of legacy completions that the bridge does not act on. */
const completionFields = {
  best_of: refused("Amazon Q gives only one choice", (value) => value === 1),
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

const toContinue =
  "Continue the user's text from exactly where it ends. Your answer is appended to the text as it is: give only what follows, without an introduction, quotation marks or a code fence, and repeat nothing of the text.";

const toFillIn =
  "The user's text has a gap at the tag <gap/>. Your answer takes the tag's place as it is: give only what belongs there, without an introduction, quotation marks or a code fence, and repeat nothing of what stands before or after it.";

/** A prompt to complete, put into words for models that know only conversations. */
export function decodeCompletionRequest(request: CompletionRequest): Conversation {
  refuseFields(request, completionFields);
  const { model, suffix, max_tokens, stop } = request;
  const prompt = [request.prompt].flat().join("");
  return {
    model,
    system: [suffix ? toFillIn : toContinue],
    messages: [
      { role: "user", parts: [{ type: "text", text: suffix ? `${prompt}<gap/>${suffix}` : prompt }] },
    ],
    tools: [],
    toolChoice: { type: "auto" },
    settings: {
      // The answer has no place for thoughts, and autocompletion cannot wait for them.
      reasoning: { enabled: false },
      ...(max_tokens && { maxTokens: max_tokens }),
      ...decodeStops(stop),
    },
  };
}

const finishReasons = {
  ...chatReasons,
  "tool-calls": "stop",
} as const satisfies Record<StopReason, CompletionChoice["finish_reason"]>;

type FinishReason = CompletionChoice["finish_reason"];

const completion = <Reason extends FinishReason | null>(
  { id, model, createdAt }: ReplyIdentity,
  text: string,
  finish_reason: Reason,
) => ({
  id,
  object: "text_completion" as const,
  created: createdAt,
  model,
  choices: [{ index: 0, text, finish_reason, logprobs: null }],
});

/** A whole answer; this protocol has no place for thoughts. */
export const encodeCompletion = (identity: ReplyIdentity, { parts, end }: Turn): Completion => ({
  ...completion(
    identity,
    parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    finishReasons[end.stopReason],
  ),
  usage: encodeUsage(end.usage),
});

/** Chunks as those of chat: exactly one carries a finish reason; after a failure there is none, and no `[DONE]`. */
export const completionEncoding =
  (identity: ReplyIdentity, includeUsage: boolean): AnswerEncoding =>
  (write): AnswerEncoder => {
    const send = (data: unknown) => write(`data: ${JSON.stringify(data)}\n\n`);
    const push = (event: TurnEvent) => {
      if (event.type === "turn-error") return send(openaiErrorBody(event.error));
      if (event.type === "text-delta") return send(completion(identity, event.text, null));
      if (event.type !== "turn-end") return;
      const last = completion(identity, "", finishReasons[event.stopReason]);
      send(last);
      if (includeUsage) send({ ...last, choices: [], usage: encodeUsage(event.usage) });
      write("data: [DONE]\n\n");
    };
    return { push, beat: () => write(": keep-alive\n\n") };
  };
