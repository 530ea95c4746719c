import type {
  BetaRawMessageDeltaEvent,
  BetaRawMessageStartEvent,
} from "@anthropic-ai/sdk/resources/beta/messages";
import type {
  RawContentBlockDelta,
  RawContentBlockDeltaEvent,
  RawContentBlockStartEvent,
  RawContentBlockStopEvent,
  RawMessageStopEvent,
} from "@anthropic-ai/sdk/resources/messages";
import type { TurnEnd, TurnEvent } from "../../turn/events.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import type { ReplyIdentity } from "../reply.ts";
import { template } from "../template.ts";
import { emptyMessage, encodeStopReason, encodeUsage } from "./encode.ts";
import { anthropicErrorEvent } from "./errors.ts";
import { encodeSearchCall, encodeSearchOutcome } from "./search-blocks.ts";

type StreamEvent =
  | BetaRawMessageStartEvent
  | RawContentBlockStartEvent
  | RawContentBlockDeltaEvent
  | RawContentBlockStopEvent
  | BetaRawMessageDeltaEvent
  | RawMessageStopEvent
  | { type: "ping" }
  | ReturnType<typeof anthropicErrorEvent>;
type OpenBlock = "text" | "thinking" | "tool_use" | "none";

const sse = (event: StreamEvent) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const textDelta = (text: string): RawContentBlockDelta => ({ type: "text_delta", text });
const thinkingDelta = (thinking: string): RawContentBlockDelta => ({ type: "thinking_delta", thinking });
const jsonDelta = (json: string): RawContentBlockDelta => ({ type: "input_json_delta", partial_json: json });

/**
 * Message events: `message_start`, blocks one at a time with increasing indexes, `message_delta`, `message_stop`. After
 * a failure the open block stays open, and `error` is the last event.
 */
export const messageStreamEncoding =
  (identity: ReplyIdentity, requestId: string): AnswerEncoding =>
  (write): AnswerEncoder => {
    let hasStarted = false;
    let index = -1;
    let open: OpenBlock = "none";
    /** The next piece of the open block. */
    let piece = (text: string) => text;

    const send = (event: StreamEvent) => write(sse(event));
    const delta = (value: RawContentBlockDelta) => send({ type: "content_block_delta", index, delta: value });

    const start = () => {
      if (!hasStarted) send({ type: "message_start", message: emptyMessage(identity) });
      hasStarted = true;
    };
    const close = () => {
      if (open !== "none") send({ type: "content_block_stop", index });
      open = "none";
    };
    const begin = (
      kind: OpenBlock,
      block: RawContentBlockStartEvent["content_block"],
      deltaOf: (text: string) => RawContentBlockDelta,
    ) => {
      close();
      index++;
      open = kind;
      piece = template((text) => sse({ type: "content_block_delta", index, delta: deltaOf(text) }));
      send({ type: "content_block_start", index, content_block: block });
    };
    const ensureThinking = () => {
      if (open !== "thinking")
        begin("thinking", { type: "thinking", thinking: "", signature: "" }, thinkingDelta);
    };

    const finish = ({ stopReason, stopSequence, usage }: TurnEnd) => {
      close();
      send({
        type: "message_delta",
        delta: {
          stop_reason: encodeStopReason(stopReason),
          stop_sequence: stopSequence,
          stop_details: null,
          container: null,
        },
        context_management: null,
        usage: encodeUsage(usage),
      });
      send({ type: "message_stop" });
    };

    const push = (event: TurnEvent) => {
      if (event.type === "turn-error") return send(anthropicErrorEvent(event.error, requestId));
      start();
      switch (event.type) {
        case "text-delta":
          if (open !== "text") begin("text", { type: "text", text: "", citations: null }, textDelta);
          return write(piece(event.text));
        case "reasoning-delta":
          ensureThinking();
          return write(piece(event.text));
        case "reasoning-end":
          ensureThinking();
          if (event.signature) delta({ type: "signature_delta", signature: event.signature });
          return close();
        case "redacted-reasoning":
          begin("thinking", { type: "redacted_thinking", data: event.data }, thinkingDelta);
          return close();
        case "tool-call-start": {
          const { id, name } = event;
          return begin(
            "tool_use",
            { type: "tool_use", id, name, input: {}, caller: { type: "direct" } },
            jsonDelta,
          );
        }
        case "tool-call-delta":
          return write(piece(event.json));
        case "tool-call-end":
          return close();
        case "search-call":
          begin("tool_use", encodeSearchCall(event.id, {}), jsonDelta);
          write(piece(JSON.stringify({ query: event.query })));
          return close();
        case "search-result":
          begin("tool_use", encodeSearchOutcome(event.id, event.outcome), jsonDelta);
          return close();
        case "turn-end":
          return finish(event);
        default:
          event satisfies never;
      }
    };

    const beat = () => {
      start();
      send({ type: "ping" });
    };

    return { push, beat };
  };
