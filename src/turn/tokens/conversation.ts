import type {
  AssistantPart,
  Conversation,
  DocumentPart,
  Message,
  ResultPart,
  UserPart,
} from "../conversation.ts";
import { estimateTextTokens } from "./text.ts";

/** For about a megapixel: models count width * height / 750, and shrink images of more than 1,600 tokens. */
const imageTokens = 1_500;
/** What the service adds around each message and tool. */
const frameTokens = 4;

export function estimateInputTokens({ system, messages, tools }: Conversation): number {
  let tokens = frameTokens;
  for (const text of system) tokens += estimateTextTokens(text);
  for (const message of messages) tokens += frameTokens + messageTokens(message);
  for (const { name, description, inputSchema } of tools) {
    tokens += frameTokens + estimateTextTokens(name) + estimateTextTokens(description);
    tokens += jsonTokens(inputSchema);
  }
  return tokens;
}

const messageTokens = (message: Message): number =>
  message.role === "system" ? estimateTextTokens(message.text) : partsTokens(message.parts);

const partsTokens = (parts: readonly (UserPart | AssistantPart | ResultPart)[]): number =>
  parts.reduce((tokens, part) => tokens + partTokens(part), 0);

function partTokens(part: UserPart | AssistantPart | ResultPart): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return estimateTextTokens(part.text);
    case "redacted-reasoning":
      return estimateTextTokens(part.data);
    case "image":
      return imageTokens;
    case "document":
      return documentTokens(part);
    case "tool-call":
      return estimateTextTokens(part.name) + jsonTokens(part.input);
    case "tool-result":
      return partsTokens(part.parts);
  }
}

const jsonTokens = (value: unknown): number => estimateTextTokens(JSON.stringify(value) ?? "");

/** Bytes per token: four in a text, some twenty in a PDF or an office file, most of which are fonts and pictures. */
const documentTokens = ({ data, mediaType }: DocumentPart): number =>
  (data.length * 0.75) / (mediaType.startsWith("text/") ? 4 : 20);
