import type { Stage } from "../stream/stage.ts";
import { createEarlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";

/**
 * Ends the answer before the first of the client's stop sequences in its text, wherever its pieces are cut. What could
 * still become one is held back until it cannot; reasoning and tool arguments are not searched.
 */
export const stopSequences =
  (sequences: readonly string[], inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const early = createEarlyEnd(inputTokens);
    const longest = Math.max(...sequences.map((sequence) => sequence.length));
    let held = "";

    const emit = (event: TurnEvent) => {
      early.hear(event);
      next.push(event);
    };
    const say = (text: string) => {
      if (text) emit({ type: "text-delta", text });
    };
    const release = () => {
      say(held);
      held = "";
    };

    const pushText = (text: string) => {
      const searched = held + text;
      const found = firstOf(sequences, searched);
      if (found) {
        held = "";
        say(searched.slice(0, found.index));
        return next.push(early.now("stop-sequence", { stopSequence: found.sequence }));
      }
      const start = searched.length - possibleStart(sequences, searched, longest);
      held = searched.slice(start);
      say(searched.slice(0, start));
    };

    return {
      push(event) {
        if (event.type === "text-delta") return pushText(event.text);
        release();
        emit(event);
      },
      end: () => next.end(),
    };
  };

/** The sequence that is complete first, as if the text came letter by letter; the longest of those that end there. */
function firstOf(sequences: readonly string[], text: string) {
  let first: { sequence: string; index: number; end: number } | undefined;
  for (const sequence of sequences) {
    const index = text.indexOf(sequence);
    const end = index + sequence.length;
    if (index === -1 || (first && (end > first.end || (end === first.end && index > first.index)))) continue;
    first = { sequence, index, end };
  }
  return first;
}

/** Length of the longest end of `text` with which a stop sequence could begin. */
function possibleStart(sequences: readonly string[], text: string, longest: number): number {
  for (let length = Math.min(longest - 1, text.length); length > 0; length--) {
    const end = text.slice(text.length - length);
    if (sequences.some((sequence) => sequence.length > length && sequence.startsWith(end))) return length;
  }
  return 0;
}
