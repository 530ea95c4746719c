import { type Bound, type Figure, type Findings, type Goal, isReached, keepsBound } from "./goal.ts";
import type { CpuShares } from "./rig/cpu-account.ts";

/** How a goal was measured. */
export interface Circumstances {
  seconds: number;
  cpus: CpuShares;
}

/** One goal's findings: a line of verdict, a line for each figure, and what else there is to say. */
export function describeFindings(
  { id, title, bound }: Goal,
  findings: Findings,
  { seconds, cpus }: Circumstances,
): string {
  const { figures, notes = [] } = findings;
  const width = Math.max(...figures.map(({ name }) => name.length));
  const circumstances = `${seconds.toFixed(0)} s, ${cpus.own.toFixed(1)} CPUs busy with this and ${cpus.foreign.toFixed(1)} with others`;
  return [
    `${id.padEnd(4)}${isReached(findings) ? "reached" : "MISSED"}  ${title}`,
    `    ${bound}`,
    ...figures.map((figure) => `    ${describeFigure(figure, width)}`),
    ...[...notes, circumstances].map((note) => `    (${note})`),
    "",
  ].join("\n");
}

function describeFigure(figure: Figure, width: number): string {
  const { name, value, unit = "", bound } = figure;
  const amount = `${name.padEnd(width)}  ${number(value).padStart(10)} ${unit.padEnd(2)}`;
  if (!bound) return amount.trimEnd();
  return `${amount}  ${keepsBound(figure) ? "ok" : "MISSED"} (${describeBound(bound)})`;
}

function describeBound(bound: Bound): string {
  if ("atMost" in bound) return `≤ ${number(bound.atMost)}`;
  return "atLeast" in bound ? `≥ ${number(bound.atLeast)}` : `= ${number(bound.exactly)}`;
}

const number = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 0);
