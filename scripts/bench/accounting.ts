import { dlopen, FFIType } from "bun:ffi";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

const { symbols: libc } = dlopen("libc.so.6", {
  clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
});

/**
 * CPU time that a process has used, in ms: user and system, all its threads, those that have ended included. It is what
 * the kernel also shows in /proc/<pid>/stat, there in ticks of 10 ms.
 */
export function cpuMs(pid: number): number {
  const time = new BigInt64Array(2);
  const processClock = (~pid << 3) | 2; // what clock_getcpuclockid(3) gives
  if (libc.clock_gettime(processClock, time) !== 0) throw new Error(`Process ${pid} has ended.`);
  return Number(time[0]) * 1e3 + Number(time[1]) / 1e6;
}

/** CPU time of the whole machine, in ms. */
export const machineCpuMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

export interface Memory {
  residentMb: number;
  /** The most that was ever resident. */
  peakMb: number;
}

export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { residentMb: mb("VmRSS"), peakMb: mb("VmHWM") };
}
