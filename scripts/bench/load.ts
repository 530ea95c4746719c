import { cpuMs, machineCpuMs, memory } from "./accounting.ts";
import type { Effort } from "./effort.ts";
import { measure, type Running, type Sample } from "./measure.ts";
import type { Program } from "./program.ts";
import type { Shape } from "./shapes.ts";
import { type Figure, figure, quantile } from "./statistics.ts";
import { type Setting, startProgram, startUpstream, subjects } from "./subjects.ts";

/** A subject's figures under one shape. */
export interface LoadResult {
  subject: string;
  cpuMicrosPerEvent: Figure;
  cpuMsPerRequest: Figure;
  eventsPerSecond: Figure;
  /** Over all rounds. */
  firstEventMs: { p50: number; p99: number; requests: number };
  peakMb: number;
}

export interface ShapeResult {
  subjects: LoadResult[];
  /**
   * CPUs that other processes kept busy meanwhile: the higher, the less the figures are worth. The kernel samples the
   * machine's time in ticks, so that a tenth up or down says nothing.
   */
  foreignCpus: number;
}

/** All subjects under one shape, each in a fresh process, their rounds interleaved so that the machine's moods hit all alike. */
export async function loadAll(shape: Shape, setting: Setting, effort: Effort): Promise<ShapeResult> {
  const upstream = await startUpstream(shape);
  const running: Running[] = [];
  try {
    for (const subject of subjects) {
      const program =
        subject.program === "upstream"
          ? upstream
          : await startProgram(subject.program, setting, upstream.url);
      running.push({ subject, program });
    }
    const foreignCpus = watchForeignCpus([upstream, ...running.map(({ program }) => program)]);
    const samples = await interleaved(running, shape, effort);
    return {
      foreignCpus: foreignCpus(),
      subjects: running.map((one) => resultOf(one, samples.get(one) ?? [])),
    };
  } finally {
    for (const { program } of running) await program.stop();
    await upstream.stop();
  }
}

function watchForeignCpus(programs: readonly Program[]): () => number {
  const pids = new Set([process.pid, ...programs.map(({ pid }) => pid)]);
  const foreignMs = () => machineCpuMs() - [...pids].reduce((sum, pid) => sum + cpuMs(pid), 0);
  const before = foreignMs();
  const startedAt = performance.now();
  return () => (foreignMs() - before) / (performance.now() - startedAt);
}

async function interleaved(
  running: readonly Running[],
  shape: Shape,
  { rounds, roundMs, warmUpMs }: Effort,
): Promise<Map<Running, Sample[]>> {
  const samples = new Map<Running, Sample[]>(running.map((one) => [one, []]));
  for (const one of running) await measure(one, shape, warmUpMs);
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 === 0 ? running : running.toReversed())
      samples.get(one)?.push(await measure(one, shape, roundMs));
  }
  return samples;
}

function resultOf({ subject, program }: Running, samples: readonly Sample[]): LoadResult {
  const figureOf = (value: (sample: Sample) => number) => figure(samples.map(value));
  const firstEventMs = samples.flatMap((sample) => sample.firstEventMs);
  return {
    subject: subject.name,
    cpuMicrosPerEvent: figureOf(({ cpuMs, events }) => (cpuMs / events) * 1000),
    cpuMsPerRequest: figureOf(({ cpuMs, requests }) => cpuMs / requests),
    eventsPerSecond: figureOf(({ wallMs, events }) => (events / wallMs) * 1000),
    firstEventMs: {
      p50: quantile(firstEventMs, 0.5),
      p99: quantile(firstEventMs, 0.99),
      requests: firstEventMs.length,
    },
    peakMb: memory(program.pid).peakMb,
  };
}
