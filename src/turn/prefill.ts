import type { Stage } from "../stream/stage.ts";
import type { AssistantMessage, Conversation } from "./conversation.ts";
import type { TurnEvent } from "./events.ts";

/** A conversation without the brace that its client has begun the answer with, and what takes that out of the answer. */
export interface Prefilled {
  conversation: Conversation;
  stage: Stage<TurnEvent, TurnEvent>;
}

/**
 * A brace such as `{`, by which clients ask for JSON, is not sent: the model would continue it with a brace of its own.
 * So it begins afresh, and what the client has already is left out of its answer. Undefined for any other ending.
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

/** Text waits until it has begun with the brace, or with anything else. */
const afterBrace =
  (brace: string): Stage<TurnEvent, TurnEvent> =>
  (next) => {
    let held: string | undefined = "";

    const decide = (text: string) => {
      held = undefined;
      if (text) next.push({ type: "text-delta", text });
    };

    return {
      push(event) {
        if (held !== undefined && event.type === "text-delta") {
          held += event.text;
          const end = endOf(brace, held);
          return end === undefined ? undefined : decide(held.slice(end));
        }
        if (held) decide(held);
        next.push(event);
      },
      end: () => next.end(),
    };
  };

/** Where a text has spelled the brace, white space apart: 0 when it begins with anything else, undefined when it is too short. */
function endOf(brace: string, text: string): number | undefined {
  let spelled = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    if (letter === brace[spelled]) spelled++;
    else if (/\S/.test(letter)) return 0;
    if (spelled === brace.length) return index + 1;
  }
  return undefined;
}
