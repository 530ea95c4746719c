import { cpuMs, machineCpuMs } from "../../bench/accounting.ts";

/** CPUs that were kept busy, on average. */
export interface CpuShares {
  /** By this process and those that it has started. */
  own: number;
  /** By all others: the more, the less times are worth. */
  foreign: number;
}

/** Shares the machine's CPU time out between this process, those that it starts, and others. */
export function createCpuAccount() {
  let retiredMs = 0;
  let machineBefore = machineCpuMs();
  let ownBefore = cpuMs(process.pid);
  let since = performance.now();
  return {
    /** To be called before a process is stopped; one that has ended by itself is taken for a stranger. */
    add(pid: number) {
      try {
        retiredMs += cpuMs(pid);
      } catch {}
    },
    /** Since the last call, when every process started since then has been stopped. */
    shares(): CpuShares {
      const now = performance.now();
      const machine = machineCpuMs();
      const own = cpuMs(process.pid);
      const ownMs = own - ownBefore + retiredMs;
      const foreignMs = Math.max(0, machine - machineBefore - ownMs);
      const shares = { own: ownMs / (now - since), foreign: foreignMs / (now - since) };
      retiredMs = 0;
      machineBefore = machine;
      ownBefore = own;
      since = now;
      return shares;
    },
  };
}
