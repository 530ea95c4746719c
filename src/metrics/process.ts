import type { Registry } from "./registry.ts";

interface ProcessFigures {
  residentBytes: () => number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  droppedLogLines: () => number;
  retryTokens: () => number;
  longestLagMs: () => number;
}

/** The process itself; what Prometheus' own clients tell goes by their names. */
export function processMetrics(
  { gauge, total }: Pick<Registry, "gauge" | "total">,
  figures: ProcessFigures,
): void {
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
