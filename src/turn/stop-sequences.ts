import type { Stage } from "../stream/stage.ts";
import { createEarlyEnd } from "./early-end.ts";
import type { TurnEvent } from "./events.ts";
import { sequenceSearch } from "./sequence-search.ts";

/**
 * Ends the answer before the first of the client's stop sequences in its text, however the text is cut. What could
 * still become one is held back until it no longer can; reasoning and tool arguments are not searched.
 */
export const stopSequences =
  (sequences: readonly string[], inputTokens: number): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const early = createEarlyEnd(inputTokens);
    const search = sequenceSearch(sequences);
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
      search.restart();
    };

    const pushText = (text: string) => {
      const searched = held + text;
      const found = search.find(text);
      if (found) {
        say(searched.slice(0, held.length + found.end - found.sequence.length));
        held = "";
        return next.push(early.now("stop-sequence", { stopSequence: found.sequence }));
      }
      const start = searched.length - search.begun();
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
