import type { Sink, Stage } from "../../stream/stage.ts";
import type { TurnEvent } from "../../turn/events.ts";

const opening = "<thinking>";
const closing = "</thinking>";

/**
 * Turns what a model writes between tags at the very start of its answer into reasoning events without a signature, or
 * into nothing if the client does not want to see it; white space around it is layout and goes with it. All other text
 * stays as it is, including later tags. Reasoning that is never closed ends with the text.
 */
export const thinkingTags =
  (isShown: boolean): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    const reader = createReader(next, isShown);
    return {
      push(event) {
        if (event.type === "text-delta") return reader.read(event.text);
        reader.close();
        next.push(event);
      },
      end() {
        reader.close();
        next.end();
      },
    };
  };

type Place = "start" | "thinking" | "gap" | "answer";

function createReader(next: Sink<TurnEvent>, isShown: boolean) {
  let place: Place = "start";
  /** White space before what may be the beginning of a tag. */
  let blank = "";
  /** What may be the beginning of a tag. */
  let held = "";
  let hasThought = false;

  const think = (text: string) => {
    if (!text || !isShown) return;
    hasThought = true;
    next.push({ type: "reasoning-delta", text });
  };

  const endThought = () => {
    if (hasThought) next.push({ type: "reasoning-end", signature: "" });
    place = "gap";
  };

  const start = (text: string) => {
    const rest = text.trimStart();
    blank += text.slice(0, text.length - rest.length);
    if (rest.startsWith(opening)) {
      place = "thinking";
      goOn(rest.slice(opening.length));
    } else if (opening.startsWith(rest)) {
      held = rest;
    } else {
      answer(blank + rest);
    }
  };

  const goOn = (text: string) => {
    const end = text.indexOf(closing);
    if (end === -1) {
      const kept = text.length - endingOf(text);
      think(text.slice(0, kept));
      held = text.slice(kept);
      return;
    }
    think(text.slice(0, end));
    endThought();
    skip(text.slice(end + closing.length));
  };

  const skip = (text: string) => {
    const rest = text.trimStart();
    if (rest) answer(rest);
  };

  const answer = (text: string) => {
    place = "answer";
    if (text) next.push({ type: "text-delta", text });
  };

  const read = { start, thinking: goOn, gap: skip, answer } satisfies Record<Place, (text: string) => void>;

  return {
    read(text: string) {
      const whole = held + text;
      held = "";
      read[place](whole);
    },
    /** Something other than text follows: what is held was not a tag, and the thinking is over. */
    close() {
      const rest = held;
      held = "";
      if (place === "thinking") {
        think(rest);
        endThought();
      }
      answer(place === "start" ? blank + rest : "");
    },
  };
}

/** The number of characters at the end of the text that may begin a closing tag. */
function endingOf(text: string): number {
  const start = text.lastIndexOf("<");
  return start !== -1 && closing.startsWith(text.slice(start)) ? text.length - start : 0;
}
