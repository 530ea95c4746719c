import { joinedSignal } from "../http/joined-signal.ts";
import type { Tool } from "../turn/conversation.ts";
import type { TurnStream } from "../turn/events.ts";
import { leftOutTools } from "../turn/left-out-tools.ts";
import { isSearch } from "../turn/web-search.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import { searchedTurn, withoutTool } from "./searched-turn.ts";
import type { Searcher } from "./searcher.ts";
import { createSearches } from "./searches.ts";

/**
 * The same upstream; if the client wants the web searched, it searches when the model asks for it and lets the
 * model go on, all in one turn. Other requests pass unchanged.
 */
export function searching(upstream: Upstream, searcher: Searcher): Upstream {
  const generate = async (request: TurnRequest): Promise<TurnStream> => {
    const { tools, toolChoice } = request.conversation;
    const tool = toolChoice.type === "none" ? undefined : tools.find(isSearch);
    if (!tool) return upstream.generate(request);
    if (!searcher.isOffered()) return upstream.generate(withoutSearch(request, tool));

    const leaving = new AbortController();
    const { signal, release } = joinedSignal(request.signal, leaving.signal);
    const leave = (reason: unknown) => {
      leaving.abort(reason);
      release();
    };
    const searches = createSearches(searcher, tool.webSearch, {
      signal,
      requestId: request.trace?.requestId,
    });
    const first = { ...request, signal };
    try {
      const opened = await upstream.generate(withoutOthers(first, tool));
      return searchedTurn({ upstream, tool, searches, leave }, first, opened);
    } catch (error) {
      release();
      throw error;
    }
  };
  return { ...upstream, generate };
}

/** A search that the client demands is all that is on offer until it has been called. */
function withoutOthers(request: TurnRequest, tool: Tool): TurnRequest {
  const { conversation } = request;
  return conversation.toolChoice.type === "tool"
    ? { ...request, conversation: { ...conversation, tools: [tool] } }
    : request;
}

function withoutSearch(request: TurnRequest, tool: Tool): TurnRequest {
  const conversation = withoutTool(request.conversation, tool);
  return {
    ...request,
    conversation: { ...conversation, system: [...conversation.system, ...leftOutTools([tool.name])] },
  };
}
