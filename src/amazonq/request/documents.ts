import { isUtf8 } from "node:buffer";
import type { DocumentPart, Message, ResultPart, UserPart } from "../../turn/conversation.ts";
import type { DocumentFormat } from "../wire.ts";
import { limits } from "./limits.ts";

const textTypes =
  /^(text\/.+|application\/(.+\+)?(json|xml|yaml|x-yaml|toml|javascript|typescript|x-sh|sql))$/i;

/** A media type may carry parameters, such as `text/plain; charset=utf-8`. */
const bareType = (mediaType: string): string => mediaType.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Whether the data are base64 in any form that can be read: of either alphabet, in lines, without padding. */
export const isReadable = ({ data }: DocumentPart): boolean => /^[\w+/\r\n-]*={0,2}$/.test(data.trimEnd());

/** Whether a document can travel as text. */
export const isTextDocument = (document: DocumentPart): boolean =>
  textTypes.test(bareType(document.mediaType)) && isReadable(document);

/** The text that a document of a textual type is sent as. */
export const documentText = ({ name, data }: DocumentPart): string =>
  `[Document: ${name}]\n\n${decodeText(Buffer.from(data, "base64"))}`;

/** Text that is neither UTF-8 nor marked as UTF-16 is taken for Windows' encoding, in which every byte is valid. */
function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("windows-1252").decode(bytes);
}

const formats: ReadonlyMap<string, DocumentFormat> = new Map([
  ["text/csv", "csv"],
  ["application/msword", "doc"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["text/html", "html"],
  ["text/markdown", "md"],
  ["application/pdf", "pdf"],
  ["text/plain", "txt"],
  ["application/vnd.ms-excel", "xls"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
]);

/** The service's name of a document's format; undefined for those it cannot read. */
export const documentFormat = ({ mediaType }: DocumentPart): DocumentFormat | undefined =>
  formats.get(bareType(mediaType));

/** R50: gives the documents legal names that all differ; the first of several with one name keeps it. */
export function nameDocuments(messages: readonly Message[]): Message[] {
  const claim = distinctNames();
  const rename = <Part extends ResultPart>(part: Part): Part =>
    part.type === "document" ? { ...part, name: claim(part.name) } : part;
  const renameIn = (part: UserPart): UserPart =>
    part.type === "tool-result" ? { ...part, parts: part.parts.map(rename) } : rename(part);
  return messages.map((message) =>
    message.role === "user" ? { ...message, parts: message.parts.map(renameIn) } : message,
  );
}

function distinctNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const legal = legalName(name);
    let distinct = legal;
    for (let count = 2; taken.has(distinct.toLowerCase()); count++) distinct = `${legal} ${count}`;
    taken.add(distinct.toLowerCase());
    return distinct;
  };
}

/** Bedrock's characters: letters, digits, single spaces, hyphens, round and square brackets. Room is left for a number. */
const legalName = (name: string): string =>
  name
    .replaceAll(/[^a-zA-Z0-9()[\]-]+/g, " ")
    .slice(0, limits.documentName - 4)
    .trim() || "document";
