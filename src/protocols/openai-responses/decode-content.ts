import type { ResultPart } from "../../turn/conversation.ts";
import { decodeDataUrl } from "../data-url.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** Content in parts; `path` names it in errors. */
export function decodeContent(content: Content, path: string): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => decodePart(part, `${path}[${index}]`));
}

function decodePart(part: ContentPart, path: string): ResultPart {
  if (!contentParts.isKnown(part)) return { type: "text", text: partText(part) };
  switch (part.type) {
    case "input_image":
      return { type: "image", ...decodeDataUrl(part.image_url ?? "", `${path}.image_url`, "image") };
    case "input_file": {
      const name = part.filename ?? "document";
      return { type: "document", name, ...decodeDataUrl(part.file_data ?? "", `${path}.file_data`, "file") };
    }
    default:
      return { type: "text", text: partText(part) };
  }
}

/** Content where only text can stand; what is not text is told in words. */
export const plainText = (content: Content): string =>
  typeof content === "string" ? content : content.map(partText).join("\n\n");

function partText(part: ContentPart): string {
  if (contentParts.isKnown(part)) {
    if (part.type === "input_text" || part.type === "output_text") return part.text;
    if (part.type === "refusal") return part.refusal;
  }
  return `[${part.type}] ${JSON.stringify(part)}`;
}
