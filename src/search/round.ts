import { type JsonObject, parseJsonObject } from "../json.ts";
import { type TurnPart, turnFold } from "../turn/collect.ts";
import type { AssistantPart, Message, ToolResultPart } from "../turn/conversation.ts";
import type { TurnEnd, TurnEvent, Usage } from "../turn/events.ts";
import { createOutputCount } from "../turn/output-count.ts";
import { type SearchOutcome, searchResultPart } from "../turn/web-search.ts";

/** One of the model's answers on the way to the whole one. */
export interface Round {
  /** What the client may hear of a batch now. Whatever comes behind a search waits in `later`. */
  hear(batch: readonly TurnEvent[]): readonly TurnEvent[];
  /** In order: the ends of searches, and what the model said after it had asked for them. */
  later(): readonly (TurnEvent | Promise<TurnEvent>)[];
  /** Undefined until the model has ended, and for good when it failed. Its output is counted, if by estimate. */
  end(): TurnEnd | undefined;
  /** Whether the model has called for searches alone, and so waits for what they find. */
  wantsMore(): boolean;
  /** What it said and what it is told, for the next round; resolves when all searches have ended. */
  messages(): Promise<readonly Message[]>;
}

/** Tells the model's searches, which it asks for by a tool's name, from all else. */
export function createRound(toolName: string, search: (query: string) => Promise<SearchOutcome>): Round {
  const fold = turnFold();
  const written = createOutputCount();
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
    const query = queryIn(parseJsonObject(part.json));
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
    written.add(event);
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

const queryIn = (input: JsonObject | undefined): string => {
  const query = input?.["query"];
  return typeof query === "string" ? query.trim() : "";
};

/** A part of an answer as the next request says it back. */
function spoken(part: TurnPart): AssistantPart[] {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "redacted-reasoning":
      return [part];
    case "tool-call": {
      const { id, name, json } = part;
      const input = parseJsonObject(json);
      return input ? [{ type: "tool-call", id, name, input }] : [];
    }
    case "search":
      return [];
  }
}
