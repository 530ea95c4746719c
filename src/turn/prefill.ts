import type { Stage } from "../stream/stage.ts";
import type { AssistantMessage, Conversation } from "./conversation.ts";
import type { TurnEvent } from "./events.ts";

/** A conversation without the brace with which its client began the answer, and a stage that removes it from the answer. */
export interface Prefilled {
  conversation: Conversation;
  stage: Stage<TurnEvent, TurnEvent>;
}

/**
 * A brace such as `{`, with which clients ask for JSON, is not sent: the model would continue it with one of its own.
 * So the model starts afresh, and what the client already has is left out of its answer. Undefined for any other ending.
 */
export function withoutPrefill(asked: Conversation): Prefilled | undefined {
  const last = asked.messages.at(-1);
  const brace = last?.role === "assistant" ? braceOf(last) : undefined;
  if (!brace) return undefined;
  return { conversation: { ...asked, messages: asked.messages.slice(0, -1) }, stage: afterBrace(brace) };
}

const braceOf = ({ parts }: AssistantMessage): string | undefined =>
  parts
    .map((part) => (part.type === "text" ? part.text : "no brace"))
    .join("")
    .match(/^\s*([[{][\s[{]*)$/)?.[1]
    ?.replaceAll(/\s/g, "");

/** Holds text back until it is clear whether it begins with the brace. */
const afterBrace =
  (brace: string): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    let held = "";
    let spelled = 0;
    let isDecided = false;

    const decide = (text: string) => {
      isDecided = true;
      if (text) next.push({ type: "text-delta", text });
    };

    /** White space does not count. */
    const look = (piece: string) => {
      held += piece;
      for (let index = 0; index < piece.length; index++) {
        const letter = piece.charAt(index);
        if (letter === brace[spelled]) spelled++;
        else if (/\S/.test(letter)) return decide(held);
        if (spelled === brace.length) return decide(piece.slice(index + 1));
      }
    };

    return {
      push(event) {
        if (!isDecided && event.type === "text-delta") return look(event.text);
        if (!isDecided && held) decide(held);
        next.push(event);
      },
      end: () => next.end(),
    };
  };
