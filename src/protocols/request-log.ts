import { type BridgeError, whyOf } from "../errors.ts";
import { brief } from "../http/brief.ts";
import type { Log, LogFields } from "../log.ts";
import type { RequestObserver, RequestRecord, TurnRecord } from "./journal.ts";
import { loggedRoute } from "./logged-route.ts";

interface RequestLogOptions {
  log: Log;
  logRequests: boolean;
  logResponses: boolean;
  /** Its reason is what answers end with when the server stops. */
  closing: AbortSignal;
}

/** Logs a line for each request when it ends, and one for debugging when a turn begins. */
export function requestLog({ log, logRequests, logResponses, closing }: RequestLogOptions): RequestObserver {
  const endOf = ({ ending }: RequestRecord): string => {
    if (ending?.type !== "error") return ending?.type === "gone" ? "gone" : "ok";
    return ending.error === closing.reason ? "shutdown" : "error";
  };
  return {
    arrived() {},
    began({ requestId }, { protocol, model, messages, tools, inputTokens }) {
      if (logRequests)
        log.debug("req.begin", {
          rid: requestId,
          proto: protocol,
          model: brief(model),
          messages,
          tools,
          in_tokens: inputTokens,
        });
    },
    ended(record) {
      const fields = { ...requestFields(record), end: endOf(record), ...turnFields(record) };
      if (record.ending?.type === "error") logFailure(log, record.ending.error, fields);
      else if (isSlow(record)) log.warn("req.end", { ...fields, why: "slow" });
      else if (hasOddTools(record)) log.warn("req.end", fields);
      else if (logResponses) (isRoutine(record) ? log.debug : log.info)("req.end", fields);
    },
  };
}

const isSlow = ({ ending }: RequestRecord): boolean => ending?.type === "gone" && ending.isSlow === true;

const hasOddTools = ({ turn }: RequestRecord): boolean =>
  turn?.oddities.tool_json !== undefined || turn?.oddities.tool_seq !== undefined;

/** Requests that monitors and clients repeat all the time. */
const isRoutine = ({ method, turn, ending }: RequestRecord): boolean =>
  method !== "POST" && !turn && ending === undefined;

const requestFields = ({ requestId, method, route, path, turn, status, ms, bodyBytes }: RequestRecord) => ({
  rid: requestId,
  route: loggedRoute({ route, path }),
  ...(method !== "POST" && { method }),
  proto: turn?.protocol,
  model: turn && brief(turn.model),
  stream: turn?.stream,
  status,
  ms,
  in_b: bodyBytes,
});

function turnFields({ turn, ending }: RequestRecord): LogFields {
  const usage = ending?.type === "end" ? ending.usage : undefined;
  return {
    ...(turn && wireFields(turn)),
    in_tokens: usage && usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    out_tokens: usage?.outputTokens,
  };
}

const wireFields = (turn: TurnRecord): LogFields => ({
  ttfb_ms: turn.firstMessageMs,
  out_b: turn.stream ? turn.outBytes : undefined,
  frames: turn.frames,
  attempts: turn.attempts,
  up_status: turn.upstreamStatus,
  up_rid: turn.upstreamRequestId,
  ...turn.oddities,
});

function logFailure(log: Log, error: BridgeError, fields: LogFields): void {
  const { kind, cause, severity } = error;
  const stack = kind === "internal" && cause instanceof Error ? cause.stack : undefined;
  log[severity]("req.end", { ...fields, class: kind, ...whyOf(error), stack });
}
