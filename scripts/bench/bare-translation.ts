import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  Tool,
} from "@anthropic-ai/sdk/resources/messages";

/**
 * The least that a translation to Anthropic's protocol costs, written by hand for what the bench sends. No checksum, no
 * validation, no failure, no second protocol, and text alone in the answer.
 */
const model = "claude-sonnet-4.6";

export function translate({ messages, tools = [] }: MessageCreateParamsStreaming) {
  const entries = messages.map(entry);
  return {
    conversationState: {
      conversationId: crypto.randomUUID(),
      chatTriggerType: "MANUAL",
      history: entries.slice(0, -1),
      currentMessage: entries.at(-1),
      tools: tools.flatMap((tool) => ("input_schema" in tool ? [specification(tool)] : [])),
    },
  };
}

const specification = ({ name, description, input_schema }: Tool) => ({
  toolSpecification: { name, description, inputSchema: { json: input_schema } },
});

function entry({ role, content }: MessageParam) {
  const blocks: ContentBlockParam[] =
    typeof content === "string" ? [{ type: "text", text: content }] : content;
  const text = blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
  if (role === "assistant") {
    const toolUses = blocks.flatMap((block) =>
      block.type === "tool_use" ? [{ toolUseId: block.id, name: block.name, input: block.input }] : [],
    );
    return { assistantResponseMessage: { content: text, toolUses } };
  }
  const toolResults = blocks.flatMap((block) =>
    block.type === "tool_result"
      ? [{ toolUseId: block.tool_use_id, status: "success", content: [{ text: block.content }] }]
      : [],
  );
  return { userInputMessage: { content: text, modelId: model, userInputMessageContext: { toolResults } } };
}

const sse = (data: { type: string; [member: string]: unknown }) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const opening =
  sse({
    type: "message_start",
    message: { id: "msg_1", type: "message", role: "assistant", model, content: [] },
  }) + sse({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
const delta = (text: string) =>
  sse({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
const closing =
  sse({ type: "content_block_stop", index: 0 }) +
  sse({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } }) +
  sse({ type: "message_stop" });

export function translated(frames: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = frames.getReader();
  const decode = frameDecoder();
  let text = opening;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      text += done ? closing : decode(value).map(delta).join("");
      controller.enqueue(encoder.encode(text));
      text = "";
      if (done) controller.close();
    },
  });
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Texts out of bytes cut anywhere: total length, headers length, a checksum, headers, the payload, a checksum. */
function frameDecoder() {
  let rest: Uint8Array = new Uint8Array();
  return (chunk: Uint8Array): string[] => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const texts: string[] = [];
    let offset = 0;
    while (offset + 8 <= bytes.length && offset + view.getUint32(offset) <= bytes.length) {
      const end = offset + view.getUint32(offset);
      const payload = bytes.subarray(offset + 12 + view.getUint32(offset + 4), end - 4);
      const { content } = JSON.parse(decoder.decode(payload));
      if (content !== undefined) texts.push(content);
      offset = end;
    }
    rest = bytes.subarray(offset);
    return texts;
  };
}
