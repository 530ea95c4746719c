import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { AnswerEncoder, AnswerEncoding } from "../../http/sse.ts";
import type { TurnEnd, TurnEvent } from "../../turn/events.ts";
import type { ReplyIdentity } from "../reply.ts";
import { encodeFinishReason, encodeUsage } from "./encode.ts";
import { openaiErrorBody } from "./errors.ts";

type Delta = ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };

/**
 * Chunks: the first carries the role, exactly one carries a finish reason, `[DONE]` is last. After a failure an error
 * object is the last word: no finish reason, no `[DONE]`.
 */
export const chunkEncoding =
  ({ id, model, createdAt }: ReplyIdentity, includeUsage: boolean): AnswerEncoding =>
  (write): AnswerEncoder => {
    let hasStarted = false;
    let call = -1;

    const send = (data: unknown) => write(`data: ${JSON.stringify(data)}\n\n`);
    const chunk = (rest: Pick<ChatCompletionChunk, "choices" | "usage">) =>
      send({
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

    const start = () => {
      if (!hasStarted) choice({ role: "assistant", content: "" });
      hasStarted = true;
    };

    const finish = ({ stopReason, usage }: TurnEnd) => {
      choice({}, encodeFinishReason(stopReason));
      if (includeUsage) chunk({ choices: [], usage: encodeUsage(usage) });
      write("data: [DONE]\n\n");
    };

    const push = (event: TurnEvent) => {
      if (event.type === "turn-error") return send(openaiErrorBody(event.error));
      start();
      switch (event.type) {
        case "text-delta":
          return choice({ content: event.text });
        case "reasoning-delta":
          return choice({ reasoning_content: event.text });
        case "tool-call-start": {
          call++;
          const { id, name } = event;
          return choice({
            tool_calls: [{ index: call, id, type: "function", function: { name, arguments: "" } }],
          });
        }
        case "tool-call-delta":
          return choice({ tool_calls: [{ index: call, function: { arguments: event.json } }] });
        case "turn-end":
          return finish(event);
        // What signs or hides reasoning, and where a call ends, has no place in this protocol.
        case "reasoning-end":
        case "redacted-reasoning":
        case "tool-call-end":
          return;
        default:
          event satisfies never;
      }
    };

    return { push, beat: () => write(": keep-alive\n\n") };
  };
