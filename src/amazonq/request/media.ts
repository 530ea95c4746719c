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
  /** Completes a sentence whose subject is the image or the document. */
  reason: string;
}

/**
 * The messages with only those images and documents that the model accepts. Any other is an error in the user's last
 * message. It becomes a note further back, where it would fail every later request of the conversation, and in a tool's
 * result, which the client cannot change while the model can try something else. If there are too
 * many, the newest stay. Documents of a textual type become text if the model accepts no documents.
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
    return admit(part, (fault) => refusal(part, fault));
  };

  return mapFromLast(messages, (message, index) => {
    if (message.role !== "user") return message;
    return { ...message, parts: mapFromLast(message.parts, (part) => admitInUser(part, index)) };
  });
}

/** Counts media from the newest on and tells whether one more would be too many: of any size (R46) or of its size (R45). */
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

const invalid = (reason: string): Fault => ({ kind: "invalid-request", reason });
const tooLarge = (reason: string): Fault => ({ kind: "too-large", reason });

const longestSide = (image: ImagePart): number => readImageHeader(image.data)?.longestSide ?? 0;

function imageFault(image: ImagePart): Fault | undefined {
  const header = isBase64(image.data) ? readImageHeader(image.data) : undefined;
  if (!header) return invalid("is not a PNG, JPEG, GIF or WebP file in base64"); // R47
  if (image.data.length > limits.imageBase64)
    return tooLarge("is larger than 5 MB in base64 (3.75 MB as a file)"); // R44
  if (header.longestSide > limits.imageSidePixels)
    return tooLarge(`is more than ${limits.imageSidePixels} pixels wide or high`); // R45
  return undefined;
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);

/** R50. Without `acceptsDocuments` a model accepts no document at all. */
function documentFault(document: DocumentPart, { acceptsDocuments }: ServiceModel): Fault | undefined {
  const { mediaType, data } = document;
  const only = (readable: string) =>
    invalid(`has the media type ${mediaType}, and only ${readable} can be read`);
  if (!isReadable(document)) return invalid("is not base64");
  if (!acceptsDocuments) return only("text");
  if (!documentFormat(document)) return only("PDF, Word, Excel, CSV, HTML and text");
  if (!isBase64(data)) return invalid("is empty or not base64");
  return data.length > limits.documentBase64 ? tooLarge("is larger than 4.5 MB") : undefined;
}

const nameOf = (part: MediaPart) =>
  part.type === "image" ? "image" : `document ${JSON.stringify(part.name)}`;

const note = (part: MediaPart, why: string): TextPart => ({
  type: "text",
  text: `(${nameOf(part)} left out: ${why})`,
});

const refusal = (part: MediaPart, { kind, reason }: Fault) =>
  new BridgeError(
    kind,
    `The ${nameOf(part)} in ${part.path ?? "the last message"} ${reason}; convert it or leave it out.`,
    { param: part.path },
  );

/** `map` that begins with the last item. */
function mapFromLast<T, U>(items: readonly T[], map: (item: T, index: number) => U): U[] {
  const last = items.length - 1;
  return items
    .toReversed()
    .map((item, index) => map(item, last - index))
    .reverse();
}
