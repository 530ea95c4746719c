import { BridgeError } from "../../errors.ts";
import type { ResultPart, UserPart } from "../../turn/conversation.ts";
import { decodeDataUrl } from "../data-url.ts";
import { isImage, isToolResult, type ToolResultBlock } from "./anthropic-shapes.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** A message's content in parts; `path` names the message in errors. */
export function decodeContent(content: Content, path: string): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (content ?? []).map((part, index) => decodePart(part, `${path}.content[${index}]`));
}

/** As `decodeContent`, where tool results may stand among the parts. */
export function decodeUserContent(content: Content, path: string): UserPart[] {
  if (!Array.isArray(content)) return decodeContent(content, path);
  return content.map((part, index) => {
    const at = `${path}.content[${index}]`;
    return isToolResult(part) ? decodeToolResult(part, at) : decodePart(part, at);
  });
}

const decodeToolResult = ({ tool_use_id, content, is_error }: ToolResultBlock, path: string): UserPart => ({
  type: "tool-result",
  callId: tool_use_id,
  parts: decodeContent(content, path),
  isError: is_error ?? false,
});

function decodePart(part: ContentPart, path: string): ResultPart {
  if (!contentParts.isKnown(part)) {
    if (isImage(part)) return { type: "image", data: part.source.data, mediaType: part.source.media_type };
    return { type: "text", text: partText(part) };
  }
  switch (part.type) {
    case "text":
    case "refusal":
      return { type: "text", text: partText(part) };
    case "image_url":
      return { type: "image", ...decodeDataUrl(part.image_url.url, `${path}.image_url.url`, "image") };
    case "file": {
      const param = `${path}.file.file_data`;
      const name = part.file.filename ?? "document";
      return { type: "document", name, ...decodeDataUrl(part.file.file_data ?? "", param, "file") };
    }
    case "input_audio":
      throw refused(path, "Amazon Q does not listen to audio; send text or images.");
  }
}

/** A message's content where only text can stand; what is not text is told in words. */
export const plainText = (content: Content): string =>
  typeof content === "string" ? content : (content ?? []).map(partText).join("\n\n");

function partText(part: ContentPart): string {
  if (contentParts.isKnown(part)) {
    if (part.type === "text") return part.text;
    if (part.type === "refusal") return part.refusal;
  }
  return `[${part.type}] ${JSON.stringify(part)}`;
}

const refused = (param: string, message: string) =>
  new BridgeError("invalid-request", `${param}: ${message}`, { code: "invalid_value", param });
