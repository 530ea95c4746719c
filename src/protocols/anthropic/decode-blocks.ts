import { isJsonObject, type JsonObject } from "../../json.ts";
import type { ImagePart, ResultPart } from "../../turn/conversation.ts";
import { remoteMedia } from "../data-url.ts";
import { describeUnknown } from "../unknown-part.ts";
import {
  type ContentBlock,
  contentBlocks,
  type DocumentBlock,
  type ImageBlock,
  type ResultBlock,
  resultBlocks,
  type SearchResultBlock,
} from "./schema.ts";
import { changeText } from "./tool-changes.ts";

/** A block that may stand inside a tool result, in parts. */
export function decodeResultBlock(block: ResultBlock, path: string): ResultPart[] {
  if (!resultBlocks.isKnown(block)) return [{ type: "text", text: describeUnknown(block) }];
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text }];
    case "image":
      return [decodeImage(block, path)];
    case "document":
      return decodeDocument(block, path);
    case "search_result":
      return [{ type: "text", text: searchResultText(block) }];
    case "tool_reference":
      return [{ type: "text", text: `[tool ${block.tool_name} is now available]` }];
  }
}

function decodeImage({ source }: ImageBlock, path: string): ImagePart {
  if (source.type === "base64")
    return { type: "image", data: source.data, mediaType: source.media_type, path };
  throw remoteMedia(`${path}.source`, "image", "base64");
}

/** A document in parts: text is put under its title, bytes are passed on as they are. */
function decodeDocument({ title, context, source }: DocumentBlock, path: string): ResultPart[] {
  const name = title ?? "document";
  const heading = `[document: ${name}]${context ? `\n${context}` : ""}`;
  switch (source.type) {
    case "text":
      return [{ type: "text", text: `${heading}\n${source.data}` }];
    case "content": {
      const blocks = typeof source.content === "string" ? [textBlock(source.content)] : source.content;
      const parts = blocks.map((block, index) =>
        block.type === "text" ? block : decodeImage(block, `${path}.source.content[${index}]`),
      );
      return [{ type: "text", text: heading }, ...parts];
    }
    case "base64":
      return [
        ...(context ? [textBlock(heading)] : []),
        { type: "document", name, mediaType: source.media_type, data: source.data, path },
      ];
    case "url":
    case "file":
      throw remoteMedia(`${path}.source`, "document", "base64");
  }
}

const textBlock = (text: string) => ({ type: "text" as const, text });

function searchResultText({ title, source, content }: SearchResultBlock): string {
  return [`[search result: ${title}, ${source}]`, ...content.map((block) => block.text)].join("\n");
}

/** A block where only text can stand. */
export function blockText(block: ContentBlock): string {
  if (!contentBlocks.isKnown(block)) return describeUnknown(block);
  switch (block.type) {
    case "text":
      return block.text;
    case "search_result":
      return searchResultText(block);
    case "compaction":
      return block.content ? `[summary of the conversation so far]\n\n${block.content}` : "";
    case "tool_addition":
    case "tool_removal":
      return changeText(block) ?? describeUnknown(block);
    default:
      return describeUnknown(block);
  }
}

/** The arguments of a call; what a client that could not parse them sends back instead is kept as text. */
export function toolInput(input: unknown): JsonObject {
  if (isJsonObject(input)) return input;
  return input === undefined || input === null
    ? {}
    : { _raw: typeof input === "string" ? input : JSON.stringify(input) };
}
