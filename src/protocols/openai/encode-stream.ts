import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { TurnEnd, TurnEvent } from "../../turn/events.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import type { ReplyIdentity } from "../reply.ts";
import { template } from "../template.ts";
import { encodeFinishReason, encodeUsage, paragraph } from "./encode.ts";
import { openaiErrorBody } from "./errors.ts";

type Delta = ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };

/**
 * Chunks: the first carries the role, exactly one carries a finish reason, `[DONE]` is last. After a failure an error
 * object is the last word: no finish reason, no `[DONE]`.
 */
export const chunkEncoding =
  ({ id, model, createdAt }: ReplyIdentity, includeUsage: boolean, callsFunctions = false): AnswerEncoding =>
  (write): AnswerEncoder => {
    let hasStarted = false;
    let hasSpoken = false;
    let call = -1;

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
    const fillCall = (index: number) =>
      template((json) =>
        choice(
          callsFunctions
            ? { function_call: { arguments: json } }
            : { tool_calls: [{ index, function: { arguments: json } }] },
        ),
      );
    let fill = fillCall(call);

    const start = () => {
      if (!hasStarted) write(choice({ role: "assistant", content: "" }));
      hasStarted = true;
    };

    const finish = ({ stopReason, usage }: TurnEnd) => {
      write(choice({}, encodeFinishReason(stopReason, callsFunctions)));
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
        case "tool-call-start": {
          call++;
          fill = fillCall(call);
          const { id, name } = event;
          const begun = { name, arguments: "" };
          return write(
            choice(
              callsFunctions
                ? { function_call: begun }
                : { tool_calls: [{ index: call, id, type: "function", function: begun }] },
            ),
          );
        }
        case "tool-call-delta":
          return write(fill(event.json));
        case "turn-end":
          return finish(event);
        case "search-call":
          if (hasSpoken) write(say(paragraph));
          hasSpoken = false;
          return;
        // What signs or hides reasoning, and where a call ends, has no place in this protocol.
        case "reasoning-end":
        case "redacted-reasoning":
        case "tool-call-end":
        case "search-result":
          return;
        default:
          event satisfies never;
      }
    };

    return { push, beat: () => write(": keep-alive\n\n") };
  };
