import { cpuMs } from "../accounting.ts";
import { type Figure, figure } from "../statistics.ts";

/** Something to be timed within this process. */
export interface Step {
  name: string;
  /** How often what is counted happens in one run. */
  units: number;
  run: () => unknown;
}

export interface StepEffort {
  rounds: number;
  /** For each step in each round. */
  stepMs: number;
}

/** Ways to do the same on the same input. */
export interface Comparison {
  title: string;
  unit: string;
  /** The first is what the others are compared with. */
  steps: readonly Step[];
}

export interface StepResult {
  name: string;
  /** Of CPU for each unit, the collector's and the compiler's threads included. */
  micros: Figure;
}

/** Times the steps, their rounds interleaved; the first round warms them up and is not counted. */
export async function time(steps: readonly Step[], { rounds, stepMs }: StepEffort): Promise<StepResult[]> {
  const samples = new Map<Step, number[]>(steps.map((step) => [step, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const step of steps) {
      const micros = await microsPerUnit(step, stepMs);
      if (round > 0) samples.get(step)?.push(micros);
    }
  }
  return steps.map((step) => ({ name: step.name, micros: figure(samples.get(step) ?? []) }));
}

async function microsPerUnit({ units, run }: Step, forMs: number): Promise<number> {
  const cpuBefore = cpuMs(process.pid);
  const until = performance.now() + forMs;
  let runs = 0;
  // Reading the clocks takes as long as a small step.
  for (let batch = 1; performance.now() < until; batch = Math.min(batch * 2, 64)) {
    for (let index = 0; index < batch; index++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    runs += batch;
  }
  return ((cpuMs(process.pid) - cpuBefore) * 1000) / (runs * units);
}
