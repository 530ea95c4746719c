import type { Searcher } from "../../src/search/searcher.ts";
import { searching } from "../../src/search/searching.ts";
import type { Conversation, Tool } from "../../src/turn/conversation.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { type SearchOutcome, type SearchRules, searchTool } from "../../src/turn/web-search.ts";
import type { TurnRequest } from "../../src/upstream.ts";
import { fakeUpstream } from "../support/server.ts";
import { type BatchStream, turnOf, wholeCall } from "../support/turns.ts";

export const page = (url: string) => ({ url, title: `About ${url}`, snippet: "It says so.", pageAge: null });
export const found = (...urls: readonly string[]): SearchOutcome => ({
  type: "found",
  results: urls.map(page),
});

/** Finds one page for each query unless told otherwise, and remembers what it was asked. */
export function fakeSearcher(
  search: (query: string, signal: AbortSignal) => SearchOutcome | Promise<SearchOutcome> = (query) =>
    found(`https://example.com/${query}`),
) {
  const queries: string[] = [];
  let isOffered = true;
  const searcher: Searcher = {
    isOffered: () => isOffered,
    async search(query, { signal }) {
      queries.push(query);
      return search(query, signal);
    },
  };
  const withdraw = () => {
    isOffered = false;
  };
  return { searcher, queries, withdraw };
}

export const weather: Tool = { name: "weather", description: "Tells it.", inputSchema: {} };

export interface Asked extends Partial<Conversation> {
  rules?: SearchRules;
  signal?: AbortSignal;
}

export const requestFor = ({
  rules = {},
  signal = new AbortController().signal,
  ...more
}: Asked = {}): TurnRequest => ({
  conversation: {
    model: "claude-sonnet-4.5",
    system: ["Be brief."],
    messages: [{ role: "user", parts: [{ type: "text", text: "What is new?" }] }],
    tools: [weather, searchTool(rules, undefined, [])],
    toolChoice: { type: "auto" },
    settings: {},
    ...more,
  },
  inputTokens: 100,
  signal,
});

/** The model's calls for searches. */
export const searchFor = (id: string, query: string): TurnEvent[] =>
  wholeCall(id, "web_search", '{"que', `ry":"${query}"}`);

type Answer = BatchStream | readonly TurnEvent[];

/** An upstream that gives these answers in turn, with the searcher before it. */
export function searchedUpstream(answers: readonly Answer[], searcher = fakeSearcher()) {
  const waiting = answers.values();
  const { upstream, requests } = fakeUpstream(() => {
    const answer = waiting.next().value;
    if (!answer) throw new Error("The model was asked once too often.");
    return answer instanceof ReadableStream ? answer : turnOf(...answer.map((event) => [event]));
  });
  return { ...searcher, upstream: searching(upstream, searcher.searcher), requests };
}
