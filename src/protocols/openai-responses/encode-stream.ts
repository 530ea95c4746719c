import type { ResponseOutputItem } from "openai/resources/responses/responses";
import type { TurnPart } from "../../turn/collect.ts";
import type { TurnEvent } from "../../turn/events.ts";
import { searchFailed } from "../../turn/web-search.ts";
import type { AnswerEncoder, AnswerEncoding } from "../answer-stream.ts";
import { filled, template } from "../template.ts";
import {
  encodeItem,
  isCut,
  type ResponseContext,
  type ResponseObject,
  responseEnded,
  responseFailed,
  responseInProgress,
} from "./encode.ts";
import { growingText } from "./growing-text.ts";
import { begun, closing, hollowed, type StreamEvent, unfinished } from "./stream-events.ts";

/**
 * Response events: created, then items one at a time, each added, told in deltas and done, then one of completed,
 * incomplete and failed with the whole response. `onDone` is given an answer that did not fail, and what it is made of.
 */
export const responseStreamEncoding =
  (
    context: ResponseContext,
    onDone: (response: ResponseObject, parts: readonly TurnPart[]) => void,
  ): AnswerEncoding =>
  (write): AnswerEncoder => {
    const output: ResponseOutputItem[] = [];
    /** The output with holes for its texts. */
    const hollows: ResponseOutputItem[] = [];
    /** These texts, as JSON. */
    const texts: string[] = [];
    const parts: TurnPart[] = [];
    let number = 0;
    let open: TurnPart | undefined;
    /** The text of the open item. */
    let text = growingText();
    /** The next piece of the open item, but for its number. */
    let piece = (delta: string) => delta;

    const finish = (unnumbered: string) => write(`${unnumbered},"sequence_number":${number++}}\n\n`);
    const send = (event: StreamEvent, ...held: readonly string[]) => finish(filled(unfinished(event), held));

    const start = () => {
      if (number > 0) return;
      const response = responseInProgress(context);
      send({ type: "response.created", response });
      send({ type: "response.in_progress", response });
    };

    const begin = (part: TurnPart) => {
      close();
      open = part;
      text = growingText();
      piece = template((delta) => unfinished(deltaOf(part, delta)));
      const output_index = output.length;
      const item = begun(encodeItem(context, part, output_index));
      send({ type: "response.output_item.added", output_index, item });
      if (item.type !== "message") return;
      const empty = { type: "output_text" as const, text: "", annotations: [], logprobs: [] };
      send({ type: "response.content_part.added", ...place("msg"), content_index: 0, part: empty });
    };

    const close = (isCutShort = false) => {
      if (!open) return;
      if (open.type === "text" || open.type === "reasoning") open.text = text.whole();
      if (open.type === "tool-call") open.json = text.whole();
      const output_index = output.length;
      const item = encodeItem(context, open, output_index, isCutShort);
      const { hollow, held } = hollowed(item);
      parts.push(open);
      open = undefined;
      for (const event of closing(hollow, output_index)) send(event, ...held);
      send({ type: "response.output_item.done", output_index, item: hollow }, ...held);
      output.push(item);
      hollows.push(hollow);
      texts.push(...held);
    };

    const place = (prefix: string) => ({
      item_id: `${prefix}_${context.id.slice("resp_".length)}_${output.length}`,
      output_index: output.length,
    });

    const deltaOf = ({ type }: TurnPart, delta: string): StreamEvent => {
      if (type === "text")
        return { type: "response.output_text.delta", ...place("msg"), content_index: 0, delta, logprobs: [] };
      if (type === "reasoning")
        return { type: "response.reasoning_summary_text.delta", ...place("rs"), summary_index: 0, delta };
      return { type: "response.function_call_arguments.delta", ...place("fc"), delta };
    };

    const sayText = (delta: string) => {
      if (open?.type !== "text") begin({ type: "text", text: "" });
      text.add(delta);
      finish(piece(delta));
    };

    const think = (delta: string) => {
      if (open?.type !== "reasoning") {
        begin({ type: "reasoning", text: "", signature: "" });
        const empty = { type: "summary_text" as const, text: "" };
        send({
          type: "response.reasoning_summary_part.added",
          ...place("rs"),
          summary_index: 0,
          part: empty,
        });
      }
      text.add(delta);
      finish(piece(delta));
    };

    const endThinking = (signature: string) => {
      if (open?.type !== "reasoning") begin({ type: "reasoning", text: "", signature });
      if (open?.type === "reasoning") open.signature = signature;
      close();
    };

    const argue = (delta: string) => {
      if (open?.type !== "tool-call") return;
      text.add(delta);
      // A custom tool's text is inside JSON, and is told once that is whole.
      if (context.origins.get(open.name)?.kind === "custom") return;
      finish(piece(delta));
    };

    const push = (event: TurnEvent) => {
      start();
      switch (event.type) {
        case "text-delta":
          return sayText(event.text);
        case "reasoning-delta":
          return think(event.text);
        case "reasoning-end":
          return endThinking(event.signature);
        case "redacted-reasoning":
          begin({ type: "redacted-reasoning", data: event.data });
          return close();
        case "tool-call-start":
          return begin({ type: "tool-call", id: event.id, name: event.name, json: "", isWhole: false });
        case "tool-call-delta":
          return argue(event.json);
        case "tool-call-end":
          if (open?.type === "tool-call") open.isWhole = true;
          return close();
        case "search-call": {
          const { id, query } = event;
          begin({ type: "search", id, query, outcome: searchFailed("unavailable") });
          send({ type: "response.web_search_call.in_progress", ...place("ws") });
          return send({ type: "response.web_search_call.searching", ...place("ws") });
        }
        case "search-result":
          if (open?.type === "search") open.outcome = event.outcome;
          return close();
        case "turn-end": {
          close(isCut(event));
          const response = responseEnded(context, output, event);
          onDone(response, parts);
          const type = response.status === "completed" ? "response.completed" : "response.incomplete";
          return send({ type, response: { ...response, output: hollows } }, ...texts);
        }
        case "turn-error":
          return send(
            { type: "response.failed", response: responseFailed(context, hollows, event.error) },
            ...texts,
          );
        default:
          event satisfies never;
      }
    };

    const beat = () => {
      start();
      send({ type: "keepalive" });
    };

    return { push, beat };
  };
