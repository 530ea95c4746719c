import type { ResultPart } from "../../turn/conversation.ts";
import { joinTexts } from "../../turn/text.ts";
import type { HistoryEntry } from "../wire.ts";
import { isMedia } from "./attachments.ts";
import { limits } from "./limits.ts";
import type { SentNames } from "./tool-names.ts";
import type { SentTurn, SentUserTurn } from "./turns.ts";
import { flattenTools } from "./words.ts";

/** Folding proceeds by this many turns, so that in between a conversation keeps its beginning, and with it its cache. */
const step = 50;

/**
 * R12: the entries of the turns, at most `room` of them. If there are more, the oldest turns are retold in words,
 * in one user message that is followed by the last of their answers; the model still sees all that they said and showed.
 */
export function foldedEntries(
  turns: readonly SentTurn[],
  encode: (turn: SentTurn) => HistoryEntry[],
  sentNames: SentNames,
  room: number,
): HistoryEntry[] {
  const encoded = turns.map(encode);
  const sizes = encoded.map((entries) => entries.length);
  const isFoldable = turns.some(({ role }) => role === "assistant");
  if (sum(sizes) <= room || !isFoldable) return encoded.flat();

  const told = flattenTools(turns, sentNames).map(toldBy);
  const count = foldedTurns(sizes, told, room);
  return [...encode(transcript(turns.slice(0, count), told.slice(0, count))), ...encoded.slice(count).flat()];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/**
 * How many turns to fold: as few as make room, in whole steps if possible. It is always an odd number of turns,
 * so that an answer follows and its calls stay with their results.
 */
function foldedTurns(sizes: readonly number[], told: readonly ResultPart[][], room: number): number {
  let fewest: number | undefined;
  let kept = sum(sizes);
  const folded = { length: heading.length, media: 0 };
  for (let count = 1; count < sizes.length; count++) {
    kept -= sizes[count - 1] ?? 0;
    for (const part of told[count - 1] ?? []) {
      if (isMedia(part)) folded.media++;
      else folded.length += part.text.length + "\n\n".length;
    }
    if (count % 2 === 0 || mostEntries(folded) + kept > room) continue;
    if (count % step === 1) return count;
    fewest ??= count;
  }
  return fewest ?? sizes.length - 2;
}

/** Texts are split into pieces of at least half of what a message takes, with an answer between each two. */
function mostEntries({ length, media }: { length: number; media: number }): number {
  const pieces = Math.floor(length / (limits.userText / 2)) + 1;
  return 2 * Math.max(pieces, Math.ceil(media / limits.mediaPerMessage)) - 1;
}

const heading =
  "[The beginning of this conversation, told in words because it is too long to be sent message by message]";

const transcript = (turns: readonly SentTurn[], told: readonly ResultPart[][]): SentUserTurn => ({
  role: "user",
  results: [],
  parts: [{ type: "text", text: heading }, ...told.flat()],
  cacheAfter: turns.some(({ cacheAfter }) => cacheAfter),
});

/** A turn as a paragraph that begins with the speaker's role, followed by its media. */
function toldBy({ role, parts }: SentTurn): ResultPart[] {
  const text = joinTexts(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  return [{ type: "text", text: `${role}: ${text || "(blank)"}` }, ...parts.flatMap(mediaOf)];
}

const mediaOf = (part: SentTurn["parts"][number]): ResultPart[] => (isMedia(part) ? [part] : []);
