import type { Sink, Stage } from "../../stream/stage.ts";
import type { TurnEvent } from "../../turn/events.ts";

const opening = "<thinking>";
const closing = "</thinking>";

/**
 * Thinking that a model writes between tags at the very start of its answer, as reasoning events without a signature;
 * all other text stays as it is, tags further on included. Reasoning that is never closed ends with the text.
 */
export const thinkingTags: Stage<TurnEvent, TurnEvent> = (next) => {
  const reader = createReader(next);
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

type Place = "start" | "thinking" | "answer";

function createReader(next: Sink<TurnEvent>) {
  let place: Place = "start";
  /** What may be the beginning of a tag; never longer than one. */
  let held = "";
  let hasThought = false;

  const say = (text: string) => {
    if (text) next.push({ type: "text-delta", text });
  };

  const think = (text: string) => {
    if (!text) return;
    hasThought = true;
    next.push({ type: "reasoning-delta", text });
  };

  const endThought = () => {
    if (hasThought) next.push({ type: "reasoning-end", signature: "" });
    place = "answer";
  };

  const start = (text: string) => {
    const rest = text.trimStart();
    say(text.slice(0, text.length - rest.length));
    if (rest.startsWith(opening)) {
      place = "thinking";
      goOn(rest.slice(opening.length));
    } else if (opening.startsWith(rest)) {
      held = rest;
    } else {
      place = "answer";
      say(rest);
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
    say(text.slice(end + closing.length));
  };

  return {
    read(text: string) {
      if (place === "answer") return say(text);
      const whole = held + text;
      held = "";
      if (place === "start") start(whole);
      else goOn(whole);
    },
    /** Something else than text follows: what is held was no tag, and the thinking is over. */
    close() {
      const rest = held;
      held = "";
      if (place !== "thinking") {
        place = "answer";
        return say(rest);
      }
      think(rest);
      endThought();
    },
  };
}

/** How many characters at the end of the text may begin a closing tag. */
function endingOf(text: string): number {
  const start = text.lastIndexOf("<");
  return start !== -1 && closing.startsWith(text.slice(start)) ? text.length - start : 0;
}
