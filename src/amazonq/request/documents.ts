import type { DocumentPart } from "../../turn/conversation.ts";

const textTypes =
  /^(text\/.+|application\/(.+\+)?(json|xml|yaml|x-yaml|toml|javascript|typescript|x-sh|sql))$/i;

/** Whether a document can travel as text; a media type may carry parameters, such as `text/plain; charset=utf-8`. */
export const isTextDocument = ({ mediaType }: DocumentPart): boolean =>
  textTypes.test(mediaType.split(";", 1)[0]?.trim() ?? "");

/** A document of a textual type as the text that stands for it. */
export const documentText = ({ name, data }: DocumentPart): string =>
  `[Document: ${name}]\n\n${Buffer.from(data, "base64").toString("utf8")}`;
