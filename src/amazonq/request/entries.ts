import type { ImagePart, ResultPart, ToolCallPart, ToolResultPart } from "../../turn/conversation.ts";
import type { PairedAssistantTurn, PairedTurn, PairedUserTurn } from "../../turn/pairing.ts";
import { isBlank, joinTexts, splitText } from "../../turn/text.ts";
import type { AssistantEntry, HistoryEntry, ImageBlock, ToolResult, ToolUse, UserEntry } from "../wire.ts";
import { documentText } from "./documents.ts";
import { readImageHeader } from "./image-header.ts";
import { cleanObject } from "./json.ts";
import { limits } from "./limits.ts";
import type { SentNames } from "./tool-names.ts";

/** The entries of turns; a turn that is too long for one (R20), or has too many images (R46), becomes several. */
export const turnEntries = (
  turns: readonly PairedTurn[],
  origin: string,
  sentNames: SentNames,
): HistoryEntry[] =>
  turns.flatMap((turn) =>
    turn.role === "user" ? userEntries(turn, origin) : assistantEntries(turn, origin, sentNames),
  );

function userEntries({ results, parts }: PairedUserTurn, origin: string): HistoryEntry[] {
  const texts = splitText(joinTexts(parts.flatMap(partText)), limits.userText);
  const images = imageGroups([...results.flatMap((result) => result.parts), ...parts]);
  const count = Math.max(texts.length, images.length);
  const entries = Array.from({ length: count }, (_, index) =>
    userEntry(
      // The question belongs behind the images it is about.
      texts[index - count + texts.length] ?? "",
      images[index] ?? [],
      index === 0 ? results.map(toolResult) : [],
      origin,
    ),
  );
  return separated(entries, { assistantResponseMessage: { content: "(waiting for the rest)" } });
}

function userEntry(text: string, images: ImageBlock[], toolResults: ToolResult[], origin: string): UserEntry {
  const hasResults = toolResults.length > 0;
  return {
    userInputMessage: {
      content: isBlank(text) ? blankUserText(hasResults, images.length > 0) : text,
      origin,
      ...(images.length > 0 && { images }),
      ...(hasResults && { userInputMessageContext: { toolResults } }),
    },
  };
}

/** R15, R17. Beside tool results the official client sends nothing either (R16). */
function blankUserText(hasResults: boolean, hasImages: boolean): string {
  if (hasResults) return "";
  return hasImages ? "(see the attached image)" : "(empty message)";
}

/** Reasoning is not sent back: the service takes only what it signed itself, for the same model and place (R52 to R55). */
function assistantEntries(
  { parts, calls }: PairedAssistantTurn,
  origin: string,
  sentNames: SentNames,
): HistoryEntry[] {
  const text = joinTexts(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  const texts = splitText(text, limits.assistantText);
  const entries = texts.map((piece, index) =>
    assistantEntry(piece, index === texts.length - 1 ? calls.map((call) => toolUse(call, sentNames)) : []),
  );
  return separated(entries, userEntry("(continued)", [], [], origin));
}

function assistantEntry(text: string, toolUses: ToolUse[]): AssistantEntry {
  const hasCalls = toolUses.length > 0;
  // R18, R19: beside calls a space, since the model would imitate words.
  const content = isBlank(text) ? (hasCalls ? " " : "(blank)") : text;
  return { assistantResponseMessage: { content, ...(hasCalls && { toolUses }) } };
}

const toolUse = ({ id, name, input }: ToolCallPart, sentNames: SentNames): ToolUse => ({
  toolUseId: id,
  name: sentNames.get(name) ?? name,
  input: cleanObject(input),
});

/** R41, R42 */
function toolResult({ callId, parts, isError }: ToolResultPart): ToolResult {
  const text = joinTexts(
    parts.flatMap((part) => (part.type === "image" ? ["(image attached to this message)"] : partText(part))),
  );
  return {
    toolUseId: callId,
    status: isError ? "error" : "success",
    content: splitText(text || "(no output)", limits.resultText).map((piece) => ({ text: piece })),
  };
}

function partText(part: ResultPart): string[] {
  switch (part.type) {
    case "text":
      return [part.text];
    case "document":
      return [documentText(part)];
    case "image":
      return [];
  }
}

function imageGroups(parts: readonly ResultPart[]): ImageBlock[][] {
  const images = parts.filter((part) => part.type === "image").flatMap(imageBlock);
  const groups: ImageBlock[][] = [];
  for (let start = 0; start < images.length; start += limits.imagesPerMessage) {
    groups.push(images.slice(start, start + limits.imagesPerMessage));
  }
  return groups;
}

/** R47: the format is what the bytes say. */
function imageBlock({ data }: ImagePart): ImageBlock[] {
  const header = readImageHeader(data);
  return header ? [{ format: header.format, source: { bytes: data } }] : [];
}

const separated = (entries: readonly HistoryEntry[], separator: HistoryEntry): HistoryEntry[] =>
  entries.flatMap((entry, index) => (index === 0 ? [entry] : [separator, entry]));
