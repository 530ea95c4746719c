import type { Registry } from "./registry.ts";

interface ProcessFigures {
  residentBytes: () => number;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** The process, under the names that Prometheus' own clients use. */
export function processMetrics(
  { gauge }: Pick<Registry, "gauge">,
  { residentBytes, startedAt }: ProcessFigures,
): void {
  gauge("process_resident_memory_bytes", "Resident memory.", residentBytes);
  gauge("process_start_time_seconds", "Start of the process, since the epoch.", () => startedAt / 1000);
}
