import type { ToolCallPart, ToolResultPart } from "../../turn/conversation.ts";
import { isBlank, joinTexts, splitText } from "../../turn/text.ts";
import { origin } from "../endpoint.ts";
import type {
  AssistantEntry,
  CachePoint,
  HistoryEntry,
  ReasoningContent,
  ToolResult,
  ToolUse,
  UserEntry,
} from "../wire.ts";
import { type Attachments, attachmentGroups, isMedia, pointerTo } from "./attachments.ts";
import { cleanObject } from "./json.ts";
import { limits } from "./limits.ts";
import type { SentNames } from "./tool-names.ts";
import type { SentAssistantTurn, SentTurn, SentUserTurn } from "./turns.ts";
import { wrapper } from "./wrapped-arguments.ts";

export interface EntryContext {
  sentNames: SentNames;
  /** Sent names of the tools whose arguments are wrapped. */
  wrapped: ReadonlySet<string>;
  /** The reasoning of an answer in the form in which the service takes it back, if it does. */
  reasoningOf(turn: SentAssistantTurn): ReasoningContent | undefined;
}

/** The entries of a turn: several if its text is too long (R20) or its images are too many (R46) for one. */
export const turnEntries = (turn: SentTurn, context: EntryContext): HistoryEntry[] =>
  turn.role === "user" ? userEntries(turn) : assistantEntries(turn, context);

const nothingAttached: Attachments = { images: [], documents: [] };
const cachePoint: CachePoint = { type: "default" };

function userEntries({ results, parts, cacheAfter }: SentUserTurn): HistoryEntry[] {
  const texts = splitText(joinTexts(parts.flatMap(textOf)), limits.userText);
  const groups = attachmentGroups([...results.flatMap((result) => result.parts), ...parts]);
  const count = Math.max(texts.length, groups.length);
  const entries = Array.from({ length: count }, (_, index): UserEntry => {
    // The question belongs after the images it is about.
    const text = texts[index - count + texts.length] ?? "";
    const attachments = groups[index] ?? nothingAttached;
    const { images, documents } = attachments;
    const hasResults = index === 0 && results.length > 0;
    return {
      userInputMessage: {
        content: isBlank(text) ? blankUserText(hasResults, attachments) : text,
        origin,
        ...(images.length > 0 && { images }),
        ...(documents.length > 0 && { documents }),
        ...(cacheAfter && index === count - 1 && { cachePoint }),
        ...(hasResults && { userInputMessageContext: { toolResults: results.map(toolResult) } }),
      },
    };
  });
  return separated(entries, { assistantResponseMessage: { content: "(waiting for the rest)" } });
}

/** R15, R17. With tool results the official client sends an empty text too (R16). */
function blankUserText(hasResults: boolean, { images, documents }: Attachments): string {
  if (hasResults) return "";
  if (images.length > 0) return "(see the attached image)";
  return documents.length > 0 ? "(see the attached document)" : "(empty message)";
}

function assistantEntries(turn: SentAssistantTurn, context: EntryContext): HistoryEntry[] {
  const texts = splitText(joinTexts(turn.parts.flatMap(textOf)), limits.assistantText);
  const toolUses = turn.calls.map((call) => toolUse(call, context));
  // R53: reasoning is bound to its answer as a whole.
  const reasoningContent = texts.length === 1 ? context.reasoningOf(turn) : undefined;
  const entries = texts.map((text, index): AssistantEntry => {
    const isLast = index === texts.length - 1;
    const hasCalls = isLast && toolUses.length > 0;
    // R18, R19: a space beside calls, since the model would imitate words.
    const content = isBlank(text) ? (hasCalls ? " " : "(blank)") : text;
    return {
      assistantResponseMessage: {
        content,
        ...(reasoningContent && { reasoningContent }),
        ...(hasCalls && { toolUses }),
        ...(isLast && turn.cacheAfter && { cachePoint }),
      },
    };
  });
  return separated(entries, { userInputMessage: { content: "(continued)", origin } });
}

/** R37: the input is always an object, as it is in the conversation. */
function toolUse(call: ToolCallPart, { sentNames, wrapped }: EntryContext): ToolUse {
  const name = sentNames.get(call.name) ?? call.name;
  const input = cleanObject(call.input);
  return { toolUseId: call.id, name, input: wrapped.has(name) ? { [wrapper]: input } : input };
}

/** R41, R42 */
function toolResult({ callId, parts, isError }: ToolResultPart): ToolResult {
  const text = joinTexts(parts.flatMap((part) => (isMedia(part) ? [pointerTo(part)] : [part.text])));
  return {
    toolUseId: callId,
    status: isError ? "error" : "success",
    content: splitText(text || "(no output)", limits.resultText).map((piece) => ({ text: piece })),
  };
}

const textOf = (part: SentTurn["parts"][number]): string[] => (part.type === "text" ? [part.text] : []);

const separated = (entries: readonly HistoryEntry[], separator: HistoryEntry): HistoryEntry[] =>
  entries.flatMap((entry, index) => (index === 0 ? [entry] : [separator, entry]));
