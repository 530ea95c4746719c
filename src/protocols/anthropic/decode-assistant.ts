import type { AssistantPart, Message, UserMessage } from "../../turn/conversation.ts";
import { searchResultPart } from "../../turn/web-search.ts";
import { describeUnknown } from "../unknown-part.ts";
import { blockText, toolInput } from "./decode-blocks.ts";
import { type ContentBlock, contentBlocks, type SearchOutcomeBlock, type TextBlock } from "./schema.ts";
import { decodeSearchOutcome } from "./search-blocks.ts";

/**
 * An earlier answer as the turns it was given in: what a search found came between two of them. Calls of the client's own
 * tools go into the last one, as their results come next.
 */
export function decodeAssistant(blocks: readonly ContentBlock[], searchName: string): Message[] {
  const messages: Message[] = [];
  const calls: AssistantPart[] = [];
  let parts: AssistantPart[] = [];
  const isSearched = blocks.some(isSearchOutcome);
  for (const block of withWholeTexts(blocks)) {
    if (isSearchOutcome(block)) {
      if (parts.length > 0) messages.push({ role: "assistant", parts });
      messages.push(searchResult(block));
      parts = [];
    } else if (isSearched && block.type === "tool_use") calls.push(decodeBlock(block, searchName));
    else parts.push(decodeBlock(block, searchName));
  }
  const last = [...parts, ...calls];
  return last.length > 0 || messages.length === 0
    ? [...messages, { role: "assistant", parts: last }]
    : messages;
}

/** Citations cut a text into blocks, even within a sentence; they are one text again. */
function withWholeTexts(blocks: readonly ContentBlock[]): ContentBlock[] {
  const whole: ContentBlock[] = [];
  for (const block of blocks) {
    const last = whole.at(-1);
    if (last && isText(last) && isText(block) && (isCited(last) || isCited(block))) {
      whole.pop();
      whole.push({ ...(isCited(last) ? last : block), text: last.text + block.text });
    } else whole.push(block);
  }
  return whole;
}

const isText = (block: ContentBlock): block is TextBlock => block.type === "text";

const isCited = (block: TextBlock): boolean =>
  "citations" in block && Array.isArray(block.citations) && block.citations.length > 0;

const isSearchOutcome = (block: ContentBlock): block is SearchOutcomeBlock =>
  block.type === "web_search_tool_result";

const searchResult = (block: SearchOutcomeBlock): UserMessage => ({
  role: "user",
  parts: [searchResultPart(block.tool_use_id, decodeSearchOutcome(block))],
});

function decodeBlock(block: ContentBlock, searchName: string): AssistantPart {
  if (!contentBlocks.isKnown(block)) return { type: "text", text: describeUnknown(block) };
  switch (block.type) {
    case "tool_use":
      return { type: "tool-call", id: block.id, name: block.name, input: toolInput(block.input) };
    case "server_tool_use":
      if (block.name !== "web_search") return { type: "text", text: describeUnknown(block) };
      return { type: "tool-call", id: block.id, name: searchName, input: toolInput(block.input) };
    case "thinking":
      return { type: "reasoning", text: block.thinking, signature: block.signature ?? "" };
    case "redacted_thinking":
      return { type: "redacted-reasoning", data: block.data };
    default:
      return { type: "text", text: blockText(block) };
  }
}
