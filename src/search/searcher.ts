import type { SearchOutcome } from "../turn/web-search.ts";

export interface SearchContext {
  signal: AbortSignal;
  /** For the log. */
  requestId: string | undefined;
}

/** Searches the web. */
export interface Searcher {
  /** False while any search is known to be refused. */
  isOffered(): boolean;
  /** Never rejects: whatever goes wrong, even an abort, is a failed search. */
  search(query: string, context: SearchContext): Promise<SearchOutcome>;
}
