import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../errors.ts";
import { open, optional } from "../http/schema.ts";
import { parseJsonObject } from "../json.ts";
import type { SearchResult } from "../turn/web-search.ts";

/** The JSON-RPC answer to `tools/call`; its text is itself JSON (contract 2.7). */
const Answer = open({
  result: open({
    content: Type.Array(open({ type: Type.String(), text: Type.Optional(Type.String()) })),
    isError: optional(Type.Boolean()),
  }),
});
const Refusal = open({ error: open({ code: Type.Number() }) });
const Found = open({ results: Type.Array(Type.Unknown()) });
const Page = open({
  url: Type.String({ pattern: "^https?://" }),
  title: optional(Type.String()),
  snippet: optional(Type.String()),
  publishedDate: optional(Type.Unknown()),
});

const methodNotFound = -32601;

/** The pages that a search found, without malformed ones. Throws if the answer is malformed or reports a failure. */
export function decodeSearch(answer: unknown): SearchResult[] {
  if (Value.Check(Refusal, answer)) throw refusal(answer.error.code);
  if (!Value.Check(Answer, answer)) throw failed("Amazon Q's answer to a search is malformed.");
  const { content, isError } = answer.result;
  const text = content.map((part) => part.text ?? "").join("");
  const found = isError ? undefined : parseJsonObject(text);
  if (!Value.Check(Found, found)) throw failed("Amazon Q's search has failed.");
  return found.results.flatMap(page);
}

const refusal = (code: number): BridgeError =>
  code === methodNotFound
    ? new BridgeError("not-found", "Amazon Q offers no web search here.")
    : failed(`Amazon Q refuses the search (${code}).`);

const failed = (message: string) => new BridgeError("upstream", message, { code: "upstream_error" });

function page(entry: unknown): SearchResult[] {
  if (!Value.Check(Page, entry)) return [];
  const { url, title, snippet, publishedDate } = entry;
  return [{ url, title: title || url, snippet: snippet ?? "", pageAge: dateIn(publishedDate) }];
}

/** Milliseconds since the epoch, or a date in words; null for anything else, which is no reason to leave the page out. */
function dateIn(published: unknown): string | null {
  const date = new Date(
    typeof published === "number" || typeof published === "string" ? published : Number.NaN,
  );
  if (Number.isNaN(date.getTime())) return null;
  return date.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
}
