import type { Footprint } from "./footprint.ts";
import type { LoadResult, ShapeResult } from "./load.ts";
import { type Figure, figure } from "./statistics.ts";

/** Columns of text, the first to the left and the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return `${rows.map(line).join("\n")}\n`;
}

const number = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const spread = ({ median, least, most }: Figure) => `${number(median)} (${number(least)}-${number(most)})`;
const signed = (value: number) => (value < 0 ? "" : "+") + value.toFixed(2);

const direct = "direct upstream";
const references = ["pass-through", "bare translator"] as const;

/**
 * Ratios are of CPU time per event, each round's to the same round's: neighbours in time share the machine's mood, so
 * that ratios vary less than times.
 */
export function loadTable({ subjects, foreignCpus }: ShapeResult): string {
  const find = (name: string) => subjects.find(({ subject }) => subject === name);
  const ratioTo = (name: string, { subject, cpuMicrosPerEvent }: LoadResult) => {
    const reference = find(name)?.cpuMicrosPerEvent.values;
    if (reference === undefined || subject === direct) return "";
    return spread(
      figure(cpuMicrosPerEvent.values.map((value, round) => value / (reference[round] ?? Number.NaN))),
    );
  };
  const added = (which: "p50" | "p99", { subject, firstEventMs }: LoadResult) =>
    subject === direct ? "" : signed(firstEventMs[which] - (find(direct)?.firstEventMs[which] ?? Number.NaN));

  const rows = [
    [
      "",
      "CPU us/event",
      ...references.map((name) => `/ ${name}`),
      "CPU ms/request",
      "requests",
      "first event ms p50",
      "added",
      "p99",
      "added",
      "events/s",
      "peak MB",
    ],
    ...subjects.map((result) => [
      result.subject,
      spread(result.cpuMicrosPerEvent),
      ...references.map((name) => ratioTo(name, result)),
      number(result.cpuMsPerRequest.median),
      String(result.firstEventMs.requests),
      number(result.firstEventMs.p50),
      added("p50", result),
      number(result.firstEventMs.p99),
      added("p99", result),
      number(result.eventsPerSecond.median),
      number(result.peakMb),
    ]),
  ];
  return `${table(rows)}Other processes kept about ${Math.max(0, foreignCpus).toFixed(1)} CPUs busy meanwhile.\n`;
}

export const footprintTable = (footprints: readonly Footprint[]): string =>
  table([
    ["", "start-up ms", "start-up CPU ms", "idle MB", "idle CPU ms/s"],
    ...footprints.map(({ program, startUpMs, startUpCpuMs, idleMb, idleCpuMs }) => [
      program,
      spread(startUpMs),
      spread(startUpCpuMs),
      number(idleMb),
      number(idleCpuMs),
    ]),
  ]);
