import type { BridgeError } from "../errors.ts";
import { doorOf } from "../http/doors.ts";
import type { RequestObserver, RequestRecord, TurnRecord } from "../protocols/journal.ts";
import type { Usage } from "../turn/events.ts";
import type { Registry } from "./registry.ts";

/** In seconds: from an answer out of a cache to a model that thinks for minutes. */
const latencies = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];

/** Requests as figures. */
export function requestMetrics(registry: Registry): RequestObserver & { open(): number } {
  const { counter, histogram, gauge } = registry;
  const requests = counter(
    "aqbridge_requests_total",
    "Requests that have ended, by route, protocol and status.",
  );
  const errors = counter("aqbridge_errors_total", "Requests that have failed, by class of failure.");
  const refused = counter("aqbridge_refused_total", "Requests that were not let in, by what kept them out.");
  const gone = counter("aqbridge_clients_gone_total", "Requests whose client left before the end.");
  const firstEvent = histogram(
    "aqbridge_first_event_seconds",
    "From a request's arrival to the first event of its answer.",
    latencies,
  );
  const duration = histogram("aqbridge_request_seconds", "From a request to a model to its end.", latencies);
  const tokens = counter("aqbridge_tokens_total", "Tokens of answers that ended well, by kind.");
  const credits = counter("aqbridge_credits_total", "Credits that Amazon Q has charged.");
  const upstream = counter("aqbridge_upstream_requests_total", "Requests to Amazon Q for answers.");
  const retries = counter("aqbridge_upstream_retries_total", "Those that followed a failed one.");
  let openRequests = 0;
  let openStreams = 0;
  gauge("aqbridge_open_requests", "Requests under way.", () => openRequests);
  gauge("aqbridge_open_streams", "Streamed answers under way.", () => openStreams);

  const countUsage = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage) => {
    tokens.add(inputTokens, { kind: "input" });
    tokens.add(outputTokens, { kind: "output" });
    tokens.add(cacheReadTokens, { kind: "cache_read" });
    tokens.add(cacheWriteTokens, { kind: "cache_write" });
  };

  const countFailure = (error: BridgeError) => {
    errors.add(1, { class: error.kind });
    const door = doorOf(error);
    if (door) refused.add(1, { door });
  };

  const countTurn = ({ ms, ending }: RequestRecord, turn: TurnRecord) => {
    const { protocol, attempts, firstMessageMs } = turn;
    if (turn.stream) openStreams--;
    duration.observe(ms / 1000, { protocol });
    if (firstMessageMs !== undefined) firstEvent.observe(firstMessageMs / 1000, { protocol });
    if (ending?.type === "end") countUsage(ending.usage);
    credits.add(turn.credits);
    upstream.add(attempts);
    retries.add(Math.max(0, attempts - 1));
  };

  return {
    open: () => openRequests,
    arrived() {
      openRequests++;
    },
    began(_, { stream }) {
      if (stream) openStreams++;
    },
    ended(record) {
      const { route = "none", turn, status, ending } = record;
      openRequests--;
      requests.add(1, { route, protocol: turn?.protocol ?? "none", status });
      if (ending?.type === "error") countFailure(ending.error);
      if (ending?.type === "gone") gone.add(1);
      if (turn) countTurn(record, turn);
    },
  };
}
