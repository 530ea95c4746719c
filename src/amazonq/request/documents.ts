import type { DocumentPart, Message, ResultPart, UserPart } from "../../turn/conversation.ts";
import type { DocumentFormat } from "../wire.ts";
import { limits } from "./limits.ts";

const textTypes =
  /^(text\/.+|application\/(.+\+)?(json|xml|yaml|x-yaml|toml|javascript|typescript|x-sh|sql))$/i;

/** A media type may carry parameters, such as `text/plain; charset=utf-8`. */
const bareType = (mediaType: string): string => mediaType.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Whether a document can travel as text. */
export const isTextDocument = ({ mediaType }: DocumentPart): boolean => textTypes.test(bareType(mediaType));

/** A document of a textual type as the text that stands for it. */
export const documentText = ({ name, data }: DocumentPart): string =>
  `[Document: ${name}]\n\n${Buffer.from(data, "base64").toString("utf8")}`;

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

/** The service's own name of a document's format; undefined for those it cannot read. */
export const documentFormat = ({ mediaType }: DocumentPart): DocumentFormat | undefined =>
  formats.get(bareType(mediaType));

/** R50: the documents under names that are legal and differ, the first of a name keeping it. */
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
