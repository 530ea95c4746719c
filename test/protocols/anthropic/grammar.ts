import { type Static, type TProperties, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { readSse } from "../sse.ts";

const shape = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: true });
const kind = <T extends string>(type: T) => Type.Literal(type);
const count = Type.Integer({ minimum: 0 });
const positive = Type.Integer({ minimum: 1 });
const empty = Type.Object({}, { additionalProperties: false });

const serverToolId = Type.String({ pattern: "^srvtoolu_[a-zA-Z0-9_]+$" });

const Usage = {
  output_tokens: positive,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
};
const Block = Type.Union([
  shape({ type: kind("text"), text: Type.Literal("") }),
  shape({ type: kind("thinking"), thinking: Type.Literal(""), signature: Type.Literal("") }),
  shape({ type: kind("redacted_thinking"), data: Type.String({ minLength: 1 }) }),
  shape({ type: kind("tool_use"), id: Type.String({ minLength: 1 }), name: Type.String(), input: empty }),
  shape({ type: kind("server_tool_use"), id: serverToolId, name: kind("web_search"), input: empty }),
  shape({
    type: kind("web_search_tool_result"),
    tool_use_id: serverToolId,
    content: Type.Union([
      Type.Array(
        shape({
          type: kind("web_search_result"),
          url: Type.String(),
          title: Type.String(),
          page_age: Type.Union([Type.String(), Type.Null()]),
          encrypted_content: Type.String({ minLength: 1 }),
        }),
      ),
      shape({ type: kind("web_search_tool_result_error"), error_code: Type.String() }),
    ]),
  }),
]);
const Delta = Type.Union([
  shape({ type: kind("text_delta"), text: Type.String({ minLength: 1 }) }),
  shape({ type: kind("thinking_delta"), thinking: Type.String({ minLength: 1 }) }),
  shape({ type: kind("signature_delta"), signature: Type.String({ minLength: 1 }) }),
  shape({ type: kind("input_json_delta"), partial_json: Type.String({ minLength: 1 }) }),
]);
const only = { additionalProperties: false };

/** Client needs 5.1: every event that may occur, and what it must have. */
const StreamEvent = Type.Union([
  shape({
    type: kind("message_start"),
    message: shape({
      id: Type.String({ pattern: "^msg_" }),
      type: kind("message"),
      role: Type.Literal("assistant"),
      model: Type.String(),
      content: Type.Array(Type.Never(), { maxItems: 0 }),
      stop_reason: Type.Null(),
      stop_sequence: Type.Null(),
      usage: shape({ input_tokens: positive, ...Usage }),
    }),
  }),
  shape({ type: kind("content_block_start"), index: count, content_block: Block }),
  shape({ type: kind("content_block_delta"), index: count, delta: Delta }),
  Type.Object({ type: kind("content_block_stop"), index: count }, only),
  shape({
    type: kind("message_delta"),
    delta: shape({ stop_reason: Type.String(), stop_sequence: Type.Union([Type.String(), Type.Null()]) }),
    usage: shape(Usage),
  }),
  Type.Object({ type: kind("message_stop") }, only),
  Type.Object({ type: kind("ping") }, only),
  shape({ type: kind("error"), error: shape({ type: Type.String(), message: Type.String() }) }),
]);
type StreamEvent = Static<typeof StreamEvent>;

export interface FoldedBlock {
  type: Static<typeof Block>["type"];
  /** What stands in the block from its start, of a search's result. */
  content: unknown;
  text: string;
  signature: string;
  id: string;
  name: string;
  isClosed: boolean;
}

export interface FoldedMessage {
  blocks: FoldedBlock[];
  /** Undefined when the answer failed. */
  stopReason: string | undefined;
}

type Place = "before" | "between" | "in block" | "closing" | "over";

const next: Readonly<Record<Place, Partial<Record<StreamEvent["type"], Place>>>> = {
  before: { message_start: "between" },
  between: { content_block_start: "in block", message_delta: "closing" },
  "in block": { content_block_delta: "in block", content_block_stop: "between" },
  closing: { message_stop: "over" },
  over: {},
};

const deltasOf: Readonly<Record<FoldedBlock["type"], readonly string[]>> = {
  text: ["text_delta"],
  thinking: ["thinking_delta", "signature_delta"],
  redacted_thinking: [],
  tool_use: ["input_json_delta"],
  server_tool_use: ["input_json_delta"],
  web_search_tool_result: [],
};

/** Reads a streamed message by the strictest reading of its grammar and folds it; throws at the first fault. */
export function readMessageStream(bytes: Uint8Array): FoldedMessage {
  let place: Place = "before";
  let stopReason: string | undefined;
  const blocks: FoldedBlock[] = [];

  const fold = (event: StreamEvent) => {
    const last = blocks.at(-1);
    if (event.type === "content_block_start") {
      require(event.index === blocks.length, "indexes grow by one");
      const before = blocks.at(-1);
      blocks.push(begin(event.content_block));
      if (event.content_block.type === "web_search_tool_result") {
        const isAnswer = before?.type === "server_tool_use" && before.id === event.content_block.tool_use_id;
        require(isAnswer, "a search's result follows its call");
      }
    } else if (event.type === "content_block_delta" && last) {
      require(event.index === blocks.length - 1, "only the last block is open");
      require(deltasOf[last.type].includes(event.delta.type), `${event.delta.type} in ${last.type}`);
      append(last, event.delta);
    } else if (event.type === "content_block_stop" && last) {
      require(event.index === blocks.length - 1, "only the last block is open");
      last.isClosed = true;
    } else if (event.type === "message_delta") stopReason = event.delta.stop_reason;
  };

  for (const { event: name, data } of readSse(bytes)) {
    const event: unknown = JSON.parse(data);
    if (!Value.Check(StreamEvent, event)) throw new Error(`no event of the grammar: ${data}`);
    require(name === event.type, "the event line is the type");
    if (event.type === "ping") {
      require(place !== "over" && place !== "before", "pings lie inside the message");
      continue;
    }
    if (event.type === "error") {
      require(place !== "over" && place !== "closing", "an error is no afterthought");
      place = "over";
      stopReason = undefined;
      continue;
    }
    const following: Place | undefined = next[place][event.type];
    if (!following) throw new Error(`${event.type} ${place}`);
    place = following;
    fold(event);
  }
  require(place === "over", "the stream has an ending");
  return { blocks, stopReason };
}

function begin(block: Static<typeof Block>): FoldedBlock {
  const { type } = block;
  const folded = { type, content: null, text: "", signature: "", id: "", name: "", isClosed: false };
  if (block.type === "tool_use" || block.type === "server_tool_use")
    return { ...folded, id: block.id, name: block.name };
  if (block.type === "web_search_tool_result")
    return { ...folded, id: block.tool_use_id, content: block.content };
  return block.type === "redacted_thinking" ? { ...folded, text: block.data } : folded;
}

function append(block: FoldedBlock, delta: Static<typeof Delta>): void {
  if (delta.type === "text_delta") block.text += delta.text;
  else if (delta.type === "thinking_delta") block.text += delta.thinking;
  else if (delta.type === "signature_delta") block.signature += delta.signature;
  else block.text += delta.partial_json;
}

function require(condition: boolean, law: string): void {
  if (!condition) throw new Error(`broken: ${law}`);
}

/** The folded message as the answer says it that is not streamed; a call that was cut has no object to show. */
export const contentOf = ({ blocks }: FoldedMessage): object[] =>
  blocks.filter(({ type, isClosed }) => type !== "tool_use" || isClosed).map(wholeBlock);

function wholeBlock({ type, content, text, signature, id, name }: FoldedBlock): object {
  switch (type) {
    case "text":
      return { type, text };
    case "thinking":
      return { type, thinking: text, signature };
    case "redacted_thinking":
      return { type, data: text };
    case "tool_use":
    case "server_tool_use":
      return { type, id, name, input: JSON.parse(text) };
    case "web_search_tool_result":
      return { type, tool_use_id: id, content };
  }
}
