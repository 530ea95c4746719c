import { argumentsIn, type JsonObject } from "../json.ts";
import { type TurnPart, turnFold } from "../turn/collect.ts";
import type { AssistantPart, Message, ToolResultPart } from "../turn/conversation.ts";
import type { TurnEnd, TurnEvent, Usage } from "../turn/events.ts";
import { createTokenCount } from "../turn/tokens/text.ts";
import { type SearchOutcome, searchResultPart } from "../turn/web-search.ts";
import { writtenText } from "../turn/written-text.ts";

/** One of the model's answers on the way to the complete one. */
export interface Round {
  /** What the client may hear of a batch now; everything after a search waits in `later`. */
  hear(batch: readonly TurnEvent[]): readonly TurnEvent[];
  /** The results of searches and what the model said after asking for them, in order. */
  later(): readonly (TurnEvent | Promise<TurnEvent>)[];
  /** Undefined until the model has ended, and for good if it failed. The output is always counted, if need be by estimate. */
  end(): TurnEnd | undefined;
  /** Whether the model has called nothing but searches, and so waits for their results. */
  wantsMore(): boolean;
  /** The answer and the results, for the next round; resolves when all searches have ended. */
  messages(): Promise<readonly Message[]>;
}

/** Separates the model's searches, which are calls of the tool, from everything else. */
export function createRound(toolName: string, search: (query: string) => Promise<SearchOutcome>): Round {
  const fold = turnFold();
  const written = createTokenCount();
  const results: Promise<ToolResultPart>[] = [];
  let later: (TurnEvent | Promise<TurnEvent>)[] = [];
  let now: TurnEvent[] = [];
  let end: TurnEnd | undefined;
  let isSearch = false;
  let callsOthers = false;

  const tell = (event: TurnEvent) => {
    if (later.length > 0) later.push(event);
    else now.push(event);
  };

  const begin = (part: TurnPart | undefined) => {
    if (part?.type !== "tool-call") return;
    const { id } = part;
    const query = queryIn(argumentsIn(part.json));
    const outcome = search(query);
    tell({ type: "search-call", id, query });
    later.push(outcome.then((found) => ({ type: "search-result", id, outcome: found })));
    results.push(outcome.then((found) => searchResultPart(id, found)));
  };

  const take = (event: TurnEvent) => {
    switch (event.type) {
      case "turn-error":
        later = [];
        now.push(event);
        return;
      case "turn-end":
        end = { ...event, usage: counted(event.usage, written.tokens) };
        return;
      case "tool-call-start":
        isSearch = event.name === toolName;
        callsOthers ||= !isSearch;
        break;
      case "tool-call-delta":
      case "tool-call-end":
        break;
      default:
        isSearch = false;
    }
    fold.push(event);
    written.add(writtenText(event));
    if (!isSearch) tell(event);
    else if (event.type === "tool-call-end") begin(fold.parts.at(-1));
  };

  return {
    hear(batch) {
      now = [];
      for (const event of batch) take(event);
      return now;
    },
    later: () => later,
    end: () => end,
    wantsMore: () => results.length > 0 && !callsOthers && end?.stopReason === "tool-calls",
    messages: async () => [
      { role: "assistant", parts: fold.parts.flatMap(spoken) },
      { role: "user", parts: await Promise.all(results) },
    ],
  };
}

const counted = (usage: Usage, written: number): Usage => ({
  ...usage,
  outputTokens: usage.outputTokens || Math.ceil(written),
});

const queryIn = (input: JsonObject): string => {
  const query = input["query"];
  return typeof query === "string" ? query.trim() : "";
};

/** A part of an answer as the next request repeats it. */
function spoken(part: TurnPart): AssistantPart[] {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "redacted-reasoning":
      return [part];
    case "tool-call":
      return [{ type: "tool-call", id: part.id, name: part.name, input: argumentsIn(part.json) }];
    case "search":
      return [];
  }
}
