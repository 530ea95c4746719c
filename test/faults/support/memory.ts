import { readFileSync, writeFileSync } from "node:fs";

/** Linux's own account of a process; elsewhere there is none. */
const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, "utf8");

const mebibytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN) / 1024;

/** Whether a process's peak can be told, and begun anew. */
export function canWatchMemory(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return mebibytes(statusOf(process.pid), "VmHWM") > 0;
  } catch {
    return false;
  }
}

/** The most that was ever resident of a process. */
export const peakMb = (pid: number): number => mebibytes(statusOf(pid), "VmHWM") * 1.048576;

interface Growth {
  /** At most, at any time of the work. */
  peak: number;
  /** When it was done. */
  left: number;
}

/** By how many mebibytes a process is larger, while something is done, than it was at the start of it. */
export async function growthDuring(pid: number, work: () => Promise<unknown>): Promise<Growth> {
  // See proc_pid_clear_refs(5): from here on the peak is counted anew.
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = mebibytes(statusOf(pid), "VmRSS");
  await work();
  const after = statusOf(pid);
  return { peak: mebibytes(after, "VmHWM") - before, left: mebibytes(after, "VmRSS") - before };
}
