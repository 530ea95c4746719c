import { BridgeError } from "../../errors.ts";
import type {
  DocumentPart,
  ImagePart,
  Message,
  ResultPart,
  TextPart,
  UserPart,
} from "../../turn/conversation.ts";
import type { ServiceModel } from "../models/service-model.ts";
import type { MediaPart } from "./attachments.ts";
import { documentFormat, documentText, isReadable, isTextDocument } from "./documents.ts";
import { readImageHeader } from "./image-header.ts";
import { limits } from "./limits.ts";

interface Fault {
  kind: "invalid-request" | "too-large";
  /** Completes a sentence that begins with the image or the document. */
  reason: string;
}

/**
 * The messages with only such images and documents as the model takes. One it would refuse is an error in the user's last
 * message. It becomes a note further back, where it would fail every later request of its conversation, and in a tool's
 * result, which the client cannot send otherwise while the model can do something else. Where there are too
 * many the newest stay. Documents that the model does not read as such become text if they are text.
 */
export function admitMedia(messages: readonly Message[], model: ServiceModel): Message[] {
  const isFull = mediaCount();
  const newest = messages.findLastIndex(({ role }) => role === "user");

  const admit = (part: ResultPart, refuse?: (fault: Fault) => BridgeError): ResultPart => {
    if (part.type === "text") return part;
    if (part.type === "image" && !model.acceptsImages) return note(part, "this model reads text only"); // R49
    const fault = part.type === "image" ? imageFault(part) : documentFault(part, model);
    if (fault && part.type === "document" && isTextDocument(part))
      return { type: "text", text: documentText(part) };
    if (fault && refuse) throw refuse(fault);
    if (fault) return note(part, `it ${fault.reason}`);
    return isFull(part) ? note(part, `newer ${part.type}s take its place`) : part;
  };

  const admitInUser = (part: UserPart, index: number): UserPart => {
    if (part.type === "tool-result")
      return { ...part, parts: mapFromLast(part.parts, (inner) => admit(inner)) };
    if (part.type === "text" || index !== newest) return admit(part);
    return admit(part, (fault) => refusal(part, fault, index));
  };

  return mapFromLast(messages, (message, index) => {
    if (message.role !== "user") return message;
    return { ...message, parts: mapFromLast(message.parts, (part) => admitInUser(part, index)) };
  });
}

/** Counts media from the newest on and says when one more would be too many: of any size (R46), or of its size (R45). */
function mediaCount(): (part: MediaPart) => boolean {
  let images = 0;
  let documents = 0;
  let someLarge = false;
  return (part) => {
    if (images + documents >= limits.media) return true;
    if (part.type === "document") {
      documents++;
      return false;
    }
    const isLarge = longestSide(part) > limits.imageSidePixelsOfMany;
    if ((someLarge || isLarge) && images >= limits.manyImages) return true;
    images++;
    someLarge ||= isLarge;
    return false;
  };
}

const longestSide = (image: ImagePart): number => readImageHeader(image.data)?.longestSide ?? 0;

function imageFault(image: ImagePart): Fault | undefined {
  const header = isBase64(image.data) ? readImageHeader(image.data) : undefined;
  if (!header) return { kind: "invalid-request", reason: "is not a PNG, JPEG, GIF or WebP file in base64" }; // R47
  if (image.data.length > limits.imageBase64) {
    return { kind: "too-large", reason: "is larger than 5 MB in base64 (3.75 MB as a file)" }; // R44
  }
  if (header.longestSide > limits.imageSidePixels) {
    return { kind: "too-large", reason: `is more than ${limits.imageSidePixels} pixels wide or high` }; // R45
  }
  return undefined;
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);

/** R50. Without `acceptsDocuments` there is no document that the model reads as such. */
function documentFault(document: DocumentPart, { acceptsDocuments }: ServiceModel): Fault | undefined {
  const { mediaType, data } = document;
  if (!isReadable(document)) return { kind: "invalid-request", reason: "is not base64" };
  if (!acceptsDocuments) {
    return { kind: "invalid-request", reason: `has the media type ${mediaType}, and only text can be read` };
  }
  if (!documentFormat(document)) {
    return {
      kind: "invalid-request",
      reason: `has the media type ${mediaType}, and only PDF, Word, Excel, CSV, HTML and text can be read`,
    };
  }
  if (!isBase64(data)) return { kind: "invalid-request", reason: "is empty or not base64" };
  return data.length > limits.documentBase64
    ? { kind: "too-large", reason: "is larger than 4.5 MB" }
    : undefined;
}

const nameOf = (part: MediaPart) =>
  part.type === "image" ? "image" : `document ${JSON.stringify(part.name)}`;

const note = (part: MediaPart, why: string): TextPart => ({
  type: "text",
  text: `(${nameOf(part)} left out: ${why})`,
});

const refusal = (part: MediaPart, { kind, reason }: Fault, index: number) =>
  new BridgeError(kind, `The ${nameOf(part)} in the last message ${reason}; convert it or leave it out.`, {
    param: `messages[${index}]`,
  });

/** `map`, asked for the last item first. */
function mapFromLast<T, U>(items: readonly T[], map: (item: T, index: number) => U): U[] {
  const last = items.length - 1;
  return items
    .toReversed()
    .map((item, index) => map(item, last - index))
    .reverse();
}
