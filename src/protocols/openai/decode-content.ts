import type { ResultPart, UserPart } from "../../turn/conversation.ts";
import { decodeDataUrl } from "../data-url.ts";
import { decodePart as decodeResponsesPart } from "../openai-responses/decode-content.ts";
import { describeAttached, describeUnknown, noAudio } from "../unknown-part.ts";
import { isDocument, isImage, isToolResult, type ToolResultBlock } from "./anthropic-shapes.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** A tool's result in parts; `path` names the message in errors. */
export function decodeContent(content: Content, path: string): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (content ?? []).map((part, index) => decodePart(part, `${path}.content[${index}]`, describeUnknown));
}

/** What a user says, where tool results may stand among the parts. */
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
    return decodeForeignPart(part) ?? { type: "text", text: describe(part, path) };
  }
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "image_url":
      return { type: "image", ...decodeDataUrl(part.image_url.url, `${path}.image_url.url`, "image") };
    case "file": {
      const param = `${path}.file.file_data`;
      const name = part.file.filename ?? "document";
      return { type: "document", name, ...decodeDataUrl(part.file.file_data ?? "", param, "file") };
    }
    case "input_audio":
      throw noAudio(path);
    case "input_text":
    case "output_text":
    case "input_image":
    case "input_file":
      return decodeResponsesPart(part, path, describe);
  }
}

function decodeForeignPart(part: object): ResultPart | undefined {
  if (isImage(part)) return { type: "image", data: part.source.data, mediaType: part.source.media_type };
  if (isDocument(part)) {
    const { data, media_type: mediaType } = part.source;
    return { type: "document", name: part.title ?? "document", data, mediaType };
  }
  return undefined;
}

/** A message's content where only text can stand; what is not text is told in words. */
export const plainText = (content: Content): string =>
  typeof content === "string"
    ? content
    : (content ?? []).map((part) => textOf(part) ?? describeUnknown(part)).join("\n\n");

/** Undefined for a part that is no text. */
export function textOf(part: ContentPart): string | undefined {
  if (!contentParts.isKnown(part)) return undefined;
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
      return part.text;
    case "refusal":
      return part.refusal;
    default:
      return undefined;
  }
}
