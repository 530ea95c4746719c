import type { ResultPart } from "../../turn/conversation.ts";
import { decodeDataUrl } from "../data-url.ts";
import { describeAttached, describeUnknown, noAudio } from "../unknown-part.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** A tool's output in parts; `path` names it in errors. */
export const decodeOutput = (output: Content, path: string): ResultPart[] =>
  decodeContent(output, path, describeUnknown);

/** What a user says in parts, as `decodeOutput`; attachments of an unknown kind are refused. */
export const decodeUserContent = (content: Content, path: string): ResultPart[] =>
  decodeContent(content, path, describeAttached);

function decodeContent(content: Content, path: string, describe: typeof describeAttached): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => decodePart(part, `${path}[${index}]`, describe));
}

/** `describe` puts a part of an unknown kind into words. */
export function decodePart(part: ContentPart, path: string, describe: typeof describeAttached): ResultPart {
  if (!contentParts.isKnown(part)) return { type: "text", text: describe(part, path) };
  switch (part.type) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "input_image":
      return { type: "image", ...decodeDataUrl(part.image_url ?? "", `${path}.image_url`, "image"), path };
    case "input_file": {
      const name = part.filename ?? "document";
      return {
        type: "document",
        name,
        ...decodeDataUrl(part.file_data ?? "", `${path}.file_data`, "file"),
        path,
      };
    }
    case "input_audio":
      throw noAudio(path);
  }
}

/** Undefined for a part that is no text. */
export function textOf(part: ContentPart): string | undefined {
  if (!contentParts.isKnown(part)) return undefined;
  if (part.type === "input_text" || part.type === "output_text") return part.text;
  return part.type === "refusal" ? part.refusal : undefined;
}
