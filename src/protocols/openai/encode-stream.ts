import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { TurnEnd, TurnEvent } from "../../turn/events.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import type { ReplyIdentity } from "../reply.ts";
import { template } from "../template.ts";
import { type CallForm, type CallFormOf, callDeltas, isText } from "./call-forms.ts";
import { customText } from "./custom-tools.ts";
import { encodeFinishReason, encodeUsage, paragraph } from "./encode.ts";
import { openaiErrorBody } from "./errors.ts";

type Delta = ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };

/**
 * Chunks: the first carries the role, exactly one carries a finish reason, `[DONE]` is last. After a failure an error
 * object is the last chunk: no finish reason, no `[DONE]`.
 */
export const chunkEncoding =
  (
    { id, model, createdAt }: ReplyIdentity,
    includeUsage: boolean,
    formOf: CallFormOf = () => "function",
  ): AnswerEncoding =>
  (write): AnswerEncoder => {
    let hasStarted = false;
    let hasSpoken = false;
    let call = -1;
    let form: CallForm = "function";
    /** The JSON so far of a call that is told as text. */
    let json = "";

    const sse = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
    const chunk = (rest: Pick<ChatCompletionChunk, "choices" | "usage">) =>
      sse({
        id,
        object: "chat.completion.chunk",
        created: createdAt,
        model,
        ...rest,
      } satisfies ChatCompletionChunk);
    const choice = (delta: Delta, finishReason: ChatCompletionChunk.Choice["finish_reason"] = null) =>
      chunk({
        choices: [{ index: 0, delta, finish_reason: finishReason, logprobs: null }],
        ...(includeUsage && { usage: null }),
      });
    const say = template((content) => choice({ content }));
    const think = template((text) => choice({ reasoning_content: text }));
    const fillCall = () => template((piece) => choice(callDeltas[form].goOn(call, piece)));
    let fill = fillCall();

    const start = () => {
      if (!hasStarted) write(choice({ role: "assistant", content: "" }));
      hasStarted = true;
    };

    const beginCall = ({ id, name }: Extract<TurnEvent, { type: "tool-call-start" }>) => {
      endText();
      call++;
      form = formOf(name);
      fill = fillCall();
      write(choice(callDeltas[form].begin(call, id, name)));
    };

    const argue = (piece: string) => {
      if (isText(form)) json += piece;
      else write(fill(piece));
    };

    /** A custom tool's text is inside JSON, and is told once that is whole. */
    const endText = () => {
      const text = customText(json);
      json = "";
      if (text) write(fill(text));
    };

    const finish = ({ stopReason, usage }: TurnEnd) => {
      endText();
      write(choice({}, encodeFinishReason(stopReason, form === "legacy")));
      if (includeUsage) write(chunk({ choices: [], usage: encodeUsage(usage) }));
      write("data: [DONE]\n\n");
    };

    const push = (event: TurnEvent) => {
      if (event.type === "turn-error") return write(sse(openaiErrorBody(event.error)));
      start();
      switch (event.type) {
        case "text-delta":
          hasSpoken ||= event.text !== "";
          return write(say(event.text));
        case "reasoning-delta":
          return write(think(event.text));
        case "tool-call-start":
          return beginCall(event);
        case "tool-call-delta":
          return argue(event.json);
        case "tool-call-end":
          return endText();
        case "turn-end":
          return finish(event);
        case "search-call":
          if (hasSpoken) write(say(paragraph));
          hasSpoken = false;
          return;
        // This protocol has no place for signed or hidden reasoning, nor for search results.
        case "reasoning-end":
        case "redacted-reasoning":
        case "search-result":
          return;
        default:
          event satisfies never;
      }
    };

    return { push, beat: () => write(": keep-alive\n\n") };
  };
