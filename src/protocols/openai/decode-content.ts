import type { ResultPart, UserPart } from "../../turn/conversation.ts";
import { decodeDataUrl } from "../data-url.ts";
import {
  decodePart as decodeResponsesPart,
  textOf as textOfResponsesPart,
} from "../openai-responses/decode-content.ts";
import { describeAttached, describeUnknown } from "../unknown-part.ts";
import { isDocument, isImage, isToolResult, type ToolResultBlock } from "./anthropic-shapes.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** A tool's result in parts; `path` names the message in errors. */
export function decodeContent(content: Content, path: string): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (content ?? []).map((part, index) => decodePart(part, `${path}.content[${index}]`, describeUnknown));
}

/** What a user says; tool results may be among the parts. */
export function decodeUserContent(content: Content, path: string): UserPart[] {
  if (!Array.isArray(content)) return decodeContent(content, path);
  return content.map((part, index) => {
    const at = `${path}.content[${index}]`;
    return isToolResult(part) ? decodeToolResult(part, at) : decodePart(part, at, describeAttached);
  });
}

const decodeToolResult = ({ tool_use_id, content, is_error }: ToolResultBlock, path: string): UserPart => ({
  type: "tool-result",
  callId: tool_use_id,
  parts: decodeContent(content, path),
  isError: is_error ?? false,
});

function decodePart(part: ContentPart, path: string, describe: typeof describeAttached): ResultPart {
  if (!contentParts.isKnown(part)) {
    return decodeForeignPart(part, path) ?? { type: "text", text: describe(part, path) };
  }
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image_url":
      return { type: "image", ...decodeDataUrl(part.image_url.url, `${path}.image_url.url`, "image"), path };
    case "file": {
      const param = `${path}.file.file_data`;
      const name = part.file.filename ?? "document";
      return { type: "document", name, ...decodeDataUrl(part.file.file_data ?? "", param, "file"), path };
    }
    default:
      return decodeResponsesPart(part, path, describe);
  }
}

function decodeForeignPart(part: object, path: string): ResultPart | undefined {
  if (isImage(part))
    return { type: "image", data: part.source.data, mediaType: part.source.media_type, path };
  if (isDocument(part)) {
    const { data, media_type: mediaType } = part.source;
    return { type: "document", name: part.title ?? "document", data, mediaType, path };
  }
  return undefined;
}

/** Undefined for a part that is no text. */
export const textOf = (part: ContentPart): string | undefined =>
  contentParts.isKnown(part) && part.type === "text" ? part.text : textOfResponsesPart(part);
