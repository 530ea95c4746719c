import type { AssistantPart, DocumentPart, ImagePart, ResultPart } from "../../turn/conversation.ts";
import type { DocumentBlock, ImageBlock } from "../wire.ts";
import { documentFormat } from "./documents.ts";
import { readImageHeader } from "./image-header.ts";
import { limits } from "./limits.ts";

export type MediaPart = ImagePart | DocumentPart;

export const isMedia = (part: ResultPart | AssistantPart): part is MediaPart =>
  part.type === "image" || part.type === "document";

/** R42: the text that points to media which can only be sent beside it. */
export const pointerTo = (part: MediaPart): string =>
  part.type === "image"
    ? "(image attached to this message)"
    : `(document ${JSON.stringify(part.name)} attached to this message)`;

export interface Attachments {
  images: ImageBlock[];
  documents: DocumentBlock[];
}

/** The media among the parts, one group for each message that they need (R46). */
export function attachmentGroups(parts: readonly ResultPart[]): Attachments[] {
  const media = parts.filter(isMedia);
  const groups: Attachments[] = [];
  for (let start = 0; start < media.length; start += limits.mediaPerMessage) {
    const group = media.slice(start, start + limits.mediaPerMessage);
    groups.push({ images: group.flatMap(imageBlock), documents: group.flatMap(documentBlock) });
  }
  return groups;
}

/** R47: the bytes decide the format. */
function imageBlock(part: MediaPart): ImageBlock[] {
  const header = part.type === "image" ? readImageHeader(part.data) : undefined;
  return header ? [{ format: header.format, source: { bytes: part.data } }] : [];
}

function documentBlock(part: MediaPart): DocumentBlock[] {
  const format = part.type === "document" ? documentFormat(part) : undefined;
  return part.type === "document" && format
    ? [{ name: part.name, format, source: { bytes: part.data } }]
    : [];
}
