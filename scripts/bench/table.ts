import type { Bound } from "./bounds.ts";
import type { Footprint } from "./footprint.ts";
import type { LoadResult, ShapeResult } from "./load.ts";
import type { OpenStreamsResult } from "./open-streams.ts";
import type { Growth } from "./stages/growth.ts";
import type { Comparison, StepResult } from "./stages/step.ts";
import { type Figure, ratio } from "./statistics.ts";

/** Columns of text, the first to the left and the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
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

/** Ratios are of CPU time per event. */
export function loadTable({ subjects, foreignCpus }: ShapeResult): string {
  const find = (name: string) => subjects.find(({ subject }) => subject === name);
  const ratioTo = (name: string, { subject, cpuMicrosPerEvent }: LoadResult) => {
    const reference = find(name)?.cpuMicrosPerEvent.values;
    return reference === undefined || subject === direct
      ? ""
      : spread(ratio(cpuMicrosPerEvent.values, reference));
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
      spread(idleMb),
      spread(idleCpuMs),
    ]),
  ]);

export const openStreamsTable = (results: readonly OpenStreamsResult[]): string =>
  table([
    ["", "lost events", "late ms p50", "p99", "most", "KB/stream", "CPU us/event"],
    ...results.map(({ subject, lost, lateMs, kbPerStream, cpuMicrosPerEvent }) => [
      subject,
      String(lost.most),
      spread(lateMs.p50),
      spread(lateMs.p99),
      spread(lateMs.most),
      spread(kbPerStream),
      spread(cpuMicrosPerEvent),
    ]),
  ]);

export function stepTable({ title, unit }: Comparison, results: readonly StepResult[]): string {
  const [first] = results;
  return table([
    [title, `CPU us/${unit}`, `/ ${first?.name}`],
    ...results.map(({ name, micros }) => [
      name,
      spread(micros),
      first ? number(ratio(micros.values, first.micros.values).median) : "",
    ]),
  ]);
}

export const growthTable = ({ sizes, exponent }: Growth): string =>
  `${table([
    ["A request's size", "JSON.parse and .stringify, CPU ms", "bridge", "ratio"],
    ...sizes.map(({ bytes, jsonMs, bridgeMs, ratio }) => [
      `${number(bytes / 1e6)} MB`,
      spread(jsonMs),
      spread(bridgeMs),
      spread(ratio),
    ]),
  ])}The cost grows with the size to the power of ${exponent.toFixed(2)}.\n`;

export const boundTable = (bounds: readonly Bound[]): string =>
  table([
    ["bound", "figure", "reached"],
    ...bounds.map(({ name, most, unit, value }) => [
      `${name}: at most ${most}${unit}`,
      `${number(value)}${unit}`,
      value <= most ? "yes" : "no",
    ]),
  ]);
