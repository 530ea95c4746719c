import { expect } from "bun:test";
import type { Response, ResponseOutputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { readSse } from "../sse.ts";

export interface FoldedResponse {
  text: string;
  reasoning: string;
  calls: { id: string; name: string; json: string }[];
  /** As the last event tells it. */
  response: Response;
}

/** Client needs 5.3: what is told of an item between its beginning and its end. */
const laws: Readonly<Record<string, RegExp>> = {
  message: /^content_part.added( output_text.delta)+ output_text.done content_part.done$/,
  reasoning:
    /^(reasoning_summary_part.added( reasoning_summary_text.delta)+ reasoning_summary_text.done reasoning_summary_part.done)?$/,
  function_call: /^(function_call_arguments.delta )*function_call_arguments.done$/,
};

/** Reads a streamed response by the strictest reading of its grammar and folds it; throws at the first fault. */
export function readResponseStream(bytes: Uint8Array): FoldedResponse {
  const done: ResponseOutputItem[] = [];
  let open: { item: ResponseOutputItem; events: ResponseStreamEvent[] } | undefined;
  let identity: object | undefined;
  let response: Response | undefined;

  const end = (event: ResponseStreamEvent, ended: Response) => {
    expect(event.type).toBe(`response.${String(ended.status)}` as typeof event.type);
    require(event.type === "response.failed" || !open, "an answer ends behind its items");
    expect(ended.output).toEqual(done);
    response = ended;
  };

  const follow = (event: ResponseStreamEvent) => {
    if ("response" in event) {
      const { id, object, created_at, model } = event.response;
      identity ??= { id, object, created_at, model };
      expect(event.response).toMatchObject(identity);
    }
    if ("output_index" in event) expect(event.output_index).toBe(done.length);
    if ("item_id" in event) expect(event.item_id).toBe(String(open?.item.id));
    switch (event.type) {
      case "response.created":
      case "response.in_progress":
        return expect(event.response).toMatchObject({ status: "in_progress", output: [] });
      case "response.output_item.added":
        require(!open, "an item is finished before the next one");
        open = { item: event.item, events: [] };
        return;
      case "response.output_item.done":
        if (!open) throw new Error("broken: an item is added before it is done");
        checkItem(open.item, open.events, event.item);
        done.push(event.item);
        open = undefined;
        return;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        return end(event, event.response);
      default:
        require(!!open, `${event.type} is of an item`);
        open?.events.push(event);
    }
  };

  for (const [number, { event, data }] of readSse(bytes).entries()) {
    require(!response, "nothing follows the ending");
    const parsed: ResponseStreamEvent = JSON.parse(data);
    expect<string | undefined>(event).toBe(parsed.type);
    expect(parsed.sequence_number).toBe(number);
    const isOpening = number === 0 ? "response.created" : number === 1 ? "response.in_progress" : undefined;
    if (isOpening) expect<string>(parsed.type).toBe(isOpening);
    follow(parsed);
  }
  if (!response) throw new Error("broken: the stream has an ending");
  return { ...fold(done), response };
}

function checkItem(
  added: ResponseOutputItem,
  events: readonly ResponseStreamEvent[],
  item: ResponseOutputItem,
) {
  expect(item).toMatchObject({ type: added.type, id: added.id });
  expect(events.map(({ type }) => type.replace("response.", "")).join(" ")).toMatch(laws[item.type] ?? /^$/);
  const told = events.map((event) => ("delta" in event ? event.delta : "")).join("");
  const { text, reasoning, calls } = fold([item]);
  expect(told).toBe(text + reasoning + calls.map(({ json }) => json).join(""));
  for (const event of events) {
    if ("text" in event) expect(event.text).toBe(told);
    if ("arguments" in event) expect(event.arguments).toBe(told);
    if (event.type.endsWith("part.done") && "part" in event) expect(event.part).toMatchObject({ text: told });
  }
}

function fold(items: readonly ResponseOutputItem[]): Omit<FoldedResponse, "response"> {
  const folded: Omit<FoldedResponse, "response"> = { text: "", reasoning: "", calls: [] };
  for (const item of items) {
    if (item.type === "message")
      for (const part of item.content) folded.text += part.type === "output_text" ? part.text : part.refusal;
    else if (item.type === "reasoning") folded.reasoning += item.summary.map(({ text }) => text).join("");
    else if (item.type === "function_call")
      folded.calls.push({ id: item.call_id, name: item.name, json: item.arguments });
    else throw new Error(`broken: nobody has asked for ${item.type}`);
  }
  return folded;
}

function require(condition: boolean, law: string): void {
  if (!condition) throw new Error(`broken: ${law}`);
}
