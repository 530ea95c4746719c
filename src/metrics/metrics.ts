import { createRegistry } from "./registry.ts";
import { requestMetrics } from "./requests.ts";

/** What the bridge counts; it outlives a change of the configuration. */
export interface Metrics extends ReturnType<typeof createMetrics> {}

export function createMetrics() {
  const registry = createRegistry();
  const refreshes = registry.counter("aqbridge_login_refreshes_total", "Refreshes of the login, by outcome.");
  const strays = registry.counter("aqbridge_stray_failures_total", "Failures outside of any request.");
  return {
    gauge: registry.gauge,
    total: registry.total,
    text: registry.text,
    requests: requestMetrics(registry),
    refreshed: (outcome: "ok" | "failed") => refreshes.add(1, { outcome }),
    strayed: () => strays.add(1),
  };
}

interface ProcessFigures {
  residentBytes: () => number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  droppedLogLines: () => number;
  retryTokens: () => number;
  longestLagMs: () => number;
}

/** Figures of the process; those that Prometheus' own clients give have their names. */
export function processMetrics({ gauge, total }: Metrics, figures: ProcessFigures): void {
  const { residentBytes, startedAt, droppedLogLines, retryTokens, longestLagMs } = figures;
  gauge("process_resident_memory_bytes", "Resident memory.", residentBytes);
  gauge("process_start_time_seconds", "Start of the process, since the epoch.", () => startedAt / 1000);
  total("aqbridge_log_lines_dropped_total", "Log lines that could not be written.", droppedLogLines);
  gauge(
    "aqbridge_retry_bucket_tokens",
    "What is left for retries; at 0 each request is sent once.",
    retryTokens,
  );
  gauge("aqbridge_event_loop_lag_max_seconds", "Longest standstill seen.", () => longestLagMs() / 1000);
}
