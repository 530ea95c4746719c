import type { Fetch } from "../http/fetch.ts";
import type { Stage } from "../stream/stage.ts";
import type { Trace } from "../upstream.ts";
import type { ServiceEvent } from "./response/events.ts";

/** The same options, with a fetch that reports to the trace. */
export function traced<Options extends { fetch: Fetch }>(
  options: Options,
  trace: Trace | undefined,
): Options {
  if (!trace) return options;
  const fetch: Fetch = async (url, init) => {
    trace.sent();
    const response = await options.fetch(url, init);
    trace.answered(response.status, response.headers.get("x-amzn-requestid") ?? undefined);
    return response;
  };
  return { ...options, fetch };
}

/** Passes events on and reports each to the trace. */
export const tracing =
  (trace: Trace | undefined): Stage<ServiceEvent, ServiceEvent> =>
  (next) => ({
    push(event) {
      if (event.type === "unknown") trace?.noticed("unknown");
      else trace?.received();
      if (event.type === "metering") trace?.charged(event.credits);
      next.push(event);
    },
    end: () => next.end(),
  });
