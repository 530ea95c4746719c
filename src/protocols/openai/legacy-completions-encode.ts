import type { Completion, CompletionChoice } from "openai/resources/completions";
import type { Turn } from "../../turn/collect.ts";
import type { StopReason, TurnEvent } from "../../turn/events.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import type { ReplyIdentity } from "../reply.ts";
import { finishReasons as chatReasons, encodeUsage } from "./encode.ts";
import { openaiErrorBody } from "./errors.ts";

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

/** A whole answer; thoughts have no place in this protocol. */
export const encodeCompletion = (identity: ReplyIdentity, { parts, end }: Turn): Completion => ({
  ...completion(
    identity,
    parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    finishReasons[end.stopReason],
  ),
  usage: encodeUsage(end.usage),
});

/** As chat's chunks: exactly one carries a finish reason, and after a failure there is none and no `[DONE]`. */
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
