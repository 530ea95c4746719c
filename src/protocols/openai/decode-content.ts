import { BridgeError } from "../../errors.ts";
import type { ResultPart } from "../../turn/conversation.ts";
import { type Content, type ContentPart, contentParts } from "./schema.ts";

/** A message's content in parts; `path` names the message in errors. */
export function decodeContent(content: Content, path: string): ResultPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (content ?? []).map((part, index) => decodePart(part, `${path}.content[${index}]`));
}

function decodePart(part: ContentPart, path: string): ResultPart {
  if (!contentParts.isKnown(part)) return { type: "text", text: partText(part) };
  switch (part.type) {
    case "text":
    case "refusal":
      return { type: "text", text: partText(part) };
    case "image_url":
      return { type: "image", ...dataUrl(part.image_url.url, `${path}.image_url.url`, "image") };
    case "file": {
      const param = `${path}.file.file_data`;
      const name = part.file.filename ?? "document";
      return { type: "document", name, ...dataUrl(part.file.file_data ?? "", param, "file") };
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

/** R48: the service takes bytes only, and a bridge that fetched URLs would reach into the user's own network. */
function dataUrl(url: string, param: string, what: string): { mediaType: string; data: string } {
  const comma = url.indexOf(",");
  const head = url.slice(0, comma);
  if (!/^data:[^,]*;base64$/i.test(head)) {
    throw refused(param, `send the ${what} as a base64 data URL; the bridge does not fetch URLs or files.`);
  }
  return { mediaType: head.slice("data:".length).split(";", 1)[0] ?? "", data: url.slice(comma + 1) };
}

const refused = (param: string, message: string) =>
  new BridgeError("invalid-request", `${param}: ${message}`, { code: "invalid_value", param });
