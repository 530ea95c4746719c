import type { ResponseOutputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { hole } from "../template.ts";
import type { ResponseObject } from "./encode.ts";

/** An event without its number; its response lacks what the SDK adds on its side. */
type Unnumbered<Event> = Event extends { sequence_number: number }
  ? {
      [Member in keyof Omit<Event, "sequence_number">]: Member extends "response"
        ? ResponseObject
        : Event[Member & keyof Event];
    }
  : never;
export type StreamEvent = Unnumbered<ResponseStreamEvent> | { type: "keepalive" };

/** An event's text but for its end, where its number goes. */
export const unfinished = (event: StreamEvent) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event).slice(0, -1)}`;

/** An item as it is when it has only just been added. */
export function begun(item: ResponseOutputItem): ResponseOutputItem {
  switch (item.type) {
    case "message":
      return { ...item, status: "in_progress", content: [] };
    case "function_call":
      return { ...item, status: "in_progress" };
    case "web_search_call":
      return { ...item, status: "in_progress" };
    case "reasoning":
      return { ...item, summary: [] };
    default:
      return item;
  }
}

/**
 * An item with a hole for its text, and that text as JSON: it is sent four times, but written only once. Otherwise a
 * thousand answers that end at once take 70 MB more (measured).
 */
export function hollowed(item: ResponseOutputItem): { hollow: ResponseOutputItem; held: readonly string[] } {
  switch (item.type) {
    case "message": {
      const [part] = item.content;
      if (part?.type !== "output_text") break;
      return { hollow: { ...item, content: [{ ...part, text: hole }] }, held: [JSON.stringify(part.text)] };
    }
    case "reasoning": {
      const [part] = item.summary;
      if (!part) break;
      return { hollow: { ...item, summary: [{ ...part, text: hole }] }, held: [JSON.stringify(part.text)] };
    }
    case "function_call":
      return { hollow: { ...item, arguments: hole }, held: [JSON.stringify(item.arguments)] };
  }
  return { hollow: item, held: [] };
}

/** The events that say that an item's content is whole. */
export function closing(item: ResponseOutputItem, output_index: number): StreamEvent[] {
  switch (item.type) {
    case "message": {
      const [part] = item.content;
      if (part?.type !== "output_text") return [];
      const at = { item_id: item.id, output_index, content_index: 0 };
      return [
        { type: "response.output_text.done", ...at, text: part.text, logprobs: [] },
        { type: "response.content_part.done", ...at, part },
      ];
    }
    case "reasoning": {
      const [part] = item.summary;
      if (!part) return [];
      const at = { item_id: item.id, output_index, summary_index: 0 };
      return [
        { type: "response.reasoning_summary_text.done", ...at, text: part.text },
        { type: "response.reasoning_summary_part.done", ...at, part },
      ];
    }
    case "function_call":
      return [
        {
          type: "response.function_call_arguments.done",
          item_id: item.id ?? "",
          output_index,
          arguments: item.arguments,
        },
      ];
    case "custom_tool_call": {
      const at = { item_id: item.id ?? "", output_index };
      return [
        { type: "response.custom_tool_call_input.delta", ...at, delta: item.input },
        { type: "response.custom_tool_call_input.done", ...at, input: item.input },
      ];
    }
    case "web_search_call":
      if (item.status !== "completed") return [];
      return [{ type: "response.web_search_call.completed", item_id: item.id, output_index }];
    default:
      return [];
  }
}
