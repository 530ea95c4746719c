import type { TurnEvent, Usage } from "../turn/events.ts";
import { estimateTextTokens } from "../turn/tokens/text.ts";
import { outcomeText } from "../turn/web-search.ts";

/** Adds up what the rounds of one answer use. */
export interface Tally {
  /** A round with this many input tokens has ended. */
  add(usage: Usage, inputTokens: number): void;
  /** The event; the end of a search with the number of tokens to read now. */
  tell(event: TurnEvent): TurnEvent;
  /** Of all rounds; undefined before the first has ended. */
  usage(): Usage | undefined;
  /** For the next round. */
  inputTokens(): number;
}

export function createTally(): Tally {
  let sum: Usage | undefined;
  let next = 0;
  return {
    add(usage, inputTokens) {
      sum = sum ? sumOf(sum, usage) : usage;
      next = inputTokens + usage.outputTokens;
    },
    tell(event) {
      if (event.type !== "search-result") return event;
      next += Math.ceil(estimateTextTokens(outcomeText(event.outcome)));
      return { ...event, inputTokens: (sum?.inputTokens ?? 0) + next };
    },
    usage: () => sum,
    inputTokens: () => next,
  };
}

/** Marked as an estimate, since it must not be taken for the size of a single request. */
const sumOf = (one: Usage, other: Usage): Usage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
  cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
  estimated: true,
});
