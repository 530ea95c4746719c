import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import type { Clock } from "../clock.ts";
import { BridgeError, type ErrorKind, whyOf } from "../errors.ts";
import { boundedText } from "../http/bounded-text.ts";
import { parseJsonObject } from "../json.ts";
import type { Log } from "../log.ts";
import type { Searcher } from "../search/searcher.ts";
import type { Mask } from "../secrets/secrets.ts";
import { type SearchResult, searchFailed } from "../turn/web-search.ts";
import type { ExchangeOptions } from "./exchange.ts";
import { refusalOf, signedHeaders, withToken } from "./operation.ts";
import { decodeSearch } from "./search-results.ts";
import { send } from "./send.ts";
import { createWatchdog } from "./watchdog.ts";

export interface WebSearchOptions extends ExchangeOptions {
  tokens: Pick<TokenSource, "get" | "renew">;
  clock: Clock;
  log: Log;
  newId: () => string;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
}

/** For a whole search, including a renewed login. */
const patienceMs = 20_000;
/** Of the answer, which a model has to read. */
const maxBytes = 256 * 1024;
/** How long a login that may not search is assumed to stay that way. */
const refusalMs = 10 * 60_000;

/** The service's own web search, a tool of its InvokeMCP operation (contract 2.7). */
export function createWebSearch(options: WebSearchOptions): Searcher {
  const { clock, log, tokens } = options;
  let refusedUntil = Number.NEGATIVE_INFINITY;

  const search = (query: string, signal: AbortSignal): Promise<readonly SearchResult[]> =>
    withToken(tokens, signal, (token) => invoke(options, token, query, signal));

  return {
    isOffered: () => clock.steady() >= refusedUntil,
    async search(query, { signal, requestId: rid }) {
      const watchdog = createWatchdog(clock, { firstEventMs: patienceMs, idleMs: patienceMs }, signal);
      try {
        const results = await search(query, watchdog.signal);
        log.debug("search.end", { rid, results: results.length });
        return { type: "found", results };
      } catch (error) {
        const failure = BridgeError.from(error);
        const { kind, code } = failure;
        if (lasts(kind, code)) refusedUntil = clock.steady() + refusalMs;
        if (!signal.aborted) log.warn("search.failed", { rid, class: kind, ...whyOf(failure) });
        return searchFailed(kind === "rate-limit" ? kind : "unavailable");
      } finally {
        watchdog.release();
      }
    },
  };
}

/** Without a profile, or with a plan or a host that has no such tool, the next search would be refused as well. */
const lasts = (kind: ErrorKind, code: string | undefined): boolean =>
  kind === "permission" || kind === "not-found" || code === "profile_required";

async function invoke(
  options: WebSearchOptions,
  token: AccessToken,
  query: string,
  signal: AbortSignal,
): Promise<readonly SearchResult[]> {
  const profileArn = options.profileArn ?? token.profileArn;
  const headers = {
    accept: "application/json",
    ...signedHeaders(token, options),
    "content-type": "application/json",
    "x-amzn-codewhisperer-optout": String(await options.optsOutOfSharing()),
    // Some hosts expect it here, others in the body.
    ...(profileArn && { "x-amzn-kiro-profile-arn": profileArn }),
  };
  const body = JSON.stringify({
    id: `web_search_tooluse_${options.newId()}`,
    jsonrpc: "2.0",
    method: "tools/call",
    params: { name: "web_search", arguments: { query } },
    ...(profileArn && { profileArn }),
  });
  const url = `${options.endpoint(profileArn)}/mcp`;
  const response = await send(options.fetch, url, { method: "POST", headers, body, signal });
  if (response.status !== 200) throw await failureOf(response, options.mask);
  return decodeSearch(parseJsonObject((await boundedText(response, maxBytes)) ?? ""));
}

/** A plan or a host without web search answers as if the operation did not exist. */
async function failureOf(response: Response, mask: Mask): Promise<BridgeError> {
  const failure = await refusalOf(response, mask);
  const isMissing = response.status === 404 || response.status === 405;
  return isMissing ? new BridgeError("not-found", failure.message, { told: failure.told }) : failure;
}
