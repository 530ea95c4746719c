import { cpuMs, memory } from "./accounting.ts";
import type { Effort } from "./effort.ts";
import type { Program } from "./program.ts";
import { type Figure, figure } from "./statistics.ts";
import { type ProgramName, type Setting, startProgram } from "./subjects.ts";

/** What a program takes before anyone has asked it for anything. */
export interface Footprint {
  program: ProgramName;
  startUpMs: Figure;
  startUpCpuMs: Figure;
  idleMb: Figure;
  /** In ms of CPU for each second. */
  idleCpuMs: Figure;
}

const programs: readonly ProgramName[] = ["pass-through", "bare translator", "empty Elysia", "bridge"];
/** Of each program, idle at the same time. */
const idlers = 3;
/** Nobody answers there, and nobody asks. */
const noUpstream = "http://127.0.0.1:9";
/** For what a program still does right after its start. */
const settlingMs = 1000;

export async function allFootprints(setting: Setting, { starts, idleMs }: Effort): Promise<Footprint[]> {
  const startUps = new Map<ProgramName, Program[]>(programs.map((program) => [program, []]));
  for (let round = 0; round < starts; round++) {
    for (const program of programs) {
      const started = await startProgram(program, setting, noUpstream);
      await started.stop();
      startUps.get(program)?.push(started);
    }
  }
  return Promise.all(
    programs.map(async (program) => {
      const started = startUps.get(program) ?? [];
      const idle = await Promise.all(
        Array.from({ length: idlers }, async () =>
          idleness(await startProgram(program, setting, noUpstream), idleMs),
        ),
      );
      return {
        program,
        startUpMs: figure(started.map(({ startUpMs }) => startUpMs)),
        startUpCpuMs: figure(started.map(({ startUpCpuMs }) => startUpCpuMs)),
        idleMb: figure(idle.map(({ residentMb }) => residentMb)),
        idleCpuMs: figure(idle.map(({ cpuMsPerSecond }) => cpuMsPerSecond)),
      };
    }),
  );
}

async function idleness(
  program: Program,
  forMs: number,
): Promise<{ residentMb: number; cpuMsPerSecond: number }> {
  await Bun.sleep(settlingMs);
  const before = cpuMs(program.pid);
  await Bun.sleep(forMs);
  const cpuMsPerSecond = ((cpuMs(program.pid) - before) / forMs) * 1000;
  const { residentMb } = memory(program.pid);
  await program.stop();
  return { residentMb, cpuMsPerSecond };
}
