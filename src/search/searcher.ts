import type { SearchOutcome } from "../turn/web-search.ts";

export interface SearchContext {
  signal: AbortSignal;
  /** Of the client's request, for the log. */
  requestId: string | undefined;
}

/** Searches the web. */
export interface Searcher {
  /** False while it is known that a search would be refused, whatever it is for. */
  isOffered(): boolean;
  /** Never rejects: whatever goes wrong, an abort too, is a search that failed. */
  search(query: string, context: SearchContext): Promise<SearchOutcome>;
}
