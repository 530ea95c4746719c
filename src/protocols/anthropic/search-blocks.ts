import type {
  ServerToolUseBlock,
  WebSearchResultBlock,
  WebSearchToolResultBlock,
  WebSearchToolResultErrorCode,
} from "@anthropic-ai/sdk/resources/messages";
import type { JsonObject } from "../../json.ts";
import {
  type SearchFailure,
  type SearchOutcome,
  type SearchResult,
  searchFailed,
  searchFailures,
} from "../../turn/web-search.ts";
import type { SearchOutcomeBlock } from "./schema.ts";

const errorCodes = {
  unavailable: "unavailable",
  "max-uses": "max_uses_exceeded",
  "rate-limit": "too_many_requests",
  "query-missing": "invalid_tool_input",
  "query-too-long": "query_too_long",
} as const satisfies Record<SearchFailure, WebSearchToolResultErrorCode>;

const caller = { type: "direct" } as const;

export const encodeSearchCall = (
  id: string,
  input: JsonObject,
): ServerToolUseBlock & { input: JsonObject } => ({
  type: "server_tool_use",
  id: serverToolId(id),
  name: "web_search",
  input,
  caller,
});

export const encodeSearchOutcome = (id: string, outcome: SearchOutcome): WebSearchToolResultBlock => ({
  type: "web_search_tool_result",
  tool_use_id: serverToolId(id),
  content:
    outcome.type === "found"
      ? outcome.results.map(encodeResult)
      : { type: "web_search_tool_result_error", error_code: errorCodes[outcome.reason] },
  caller,
});

/** Clients tell by the id that a server ran the tool. */
const serverToolId = (id: string) =>
  `srvtoolu_${id.replace(/^(srvtoolu|tooluse)_/, "").replaceAll(/[^a-zA-Z0-9_]/g, "_")}`;

const encodeResult = ({ url, title, snippet, pageAge }: SearchResult): WebSearchResultBlock => ({
  type: "web_search_result",
  url,
  title,
  page_age: pageAge,
  encrypted_content: sealSnippet(snippet),
});

/** What a search for an earlier answer came to. */
export function decodeSearchOutcome({ content }: SearchOutcomeBlock): SearchOutcome {
  if (!Array.isArray(content)) return searchFailed(failureBy(content));
  return { type: "found", results: content.map(decodeResult) };
}

type ResultBlock = Pick<WebSearchResultBlock, "url" | "title" | "encrypted_content"> & {
  page_age?: string | null;
};

const decodeResult = ({ url, title, page_age, encrypted_content }: ResultBlock): SearchResult => ({
  url,
  title,
  pageAge: page_age ?? null,
  snippet: openSnippet(encrypted_content),
});

const failureBy = ({ error_code }: { error_code: string }): SearchFailure =>
  searchFailures.find((reason) => errorCodes[reason] === error_code) ?? "unavailable";

const prefix = "aqs1.";

/** Clients send it back as it is, so that nothing has to be remembered here. */
const sealSnippet = (snippet: string): string => `${prefix}${Buffer.from(snippet).toString("base64url")}`;

/** Empty for what another server has sealed. */
const openSnippet = (sealed: string): string =>
  sealed.startsWith(prefix) ? Buffer.from(sealed.slice(prefix.length), "base64url").toString() : "";
