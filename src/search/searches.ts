import {
  maxQueryLength,
  type SearchFailure,
  type SearchOutcome,
  type SearchRules,
  searchFailed,
} from "../turn/web-search.ts";
import { withinDomains } from "./domains.ts";
import type { SearchContext, Searcher } from "./searcher.ts";

/** Maximum number of searches for one answer, whatever the client allows. */
const maxSearches = 20;

/** The searches for one answer. */
export interface Searches {
  /** Never rejects. */
  run(query: string): Promise<SearchOutcome>;
  /** Whether to let the model ask for another one. */
  canGoOn(): boolean;
  /** Allows no more. */
  close(): void;
  /** Successful ones. */
  count(): number;
}

export function createSearches(searcher: Searcher, rules: SearchRules, context: SearchContext): Searches {
  let left = Math.min(rules.maxUses ?? maxSearches, maxSearches);
  let count = 0;
  return {
    async run(query) {
      const fault = faultOf(query) ?? (left > 0 ? undefined : "max-uses");
      if (fault) return searchFailed(fault);
      left--;
      const outcome = await searcher.search(query, context);
      if (outcome.type === "found") count++;
      return withinDomains(outcome, rules);
    },
    canGoOn: () => left > 0 && searcher.isOffered(),
    close() {
      left = 0;
    },
    count: () => count,
  };
}

function faultOf(query: string): SearchFailure | undefined {
  if (query === "") return "query-missing";
  return query.length > maxQueryLength ? "query-too-long" : undefined;
}
