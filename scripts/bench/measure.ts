import { cpuMs } from "./accounting.ts";
import { type Call, exchange } from "./client.ts";
import type { Program } from "./program.ts";
import type { Shape } from "./shapes.ts";
import type { Subject } from "./subjects.ts";

/** What one round of load cost. */
export interface Sample {
  requests: number;
  events: number;
  wallMs: number;
  /** Of the subject's process alone. */
  cpuMs: number;
  /** One for each request. */
  firstEventMs: readonly number[];
}

export interface Running {
  subject: Subject;
  program: Program;
}

/** Work that a program puts off until it has answered is its cost too. */
const afterworkMs = 30;

/** Loads a subject for `forMs` and until its last answer has ended. */
export async function measure({ subject, program }: Running, shape: Shape, forMs: number): Promise<Sample> {
  const call = callOf(subject, program, shape);
  const cpuBefore = cpuMs(program.pid);
  const startedAt = performance.now();
  const firstEventMs = await load(call, shape, startedAt + forMs);
  const wallMs = performance.now() - startedAt;
  await Bun.sleep(afterworkMs);

  return {
    requests: firstEventMs.length,
    events: firstEventMs.length * shape.events,
    wallMs,
    cpuMs: cpuMs(program.pid) - cpuBefore,
    firstEventMs,
  };
}

export const callOf = ({ path, body, form }: Subject, { url }: Program, shape: Shape): Call => ({
  url: url + path,
  body: Buffer.from(JSON.stringify(body(shape))),
  events: shape.events,
  form,
});

/** Clients that move in step would have their events handled in heaps. */
const startGapMs = 5;

/** As many clients as the shape has streams, each with one request after the other. */
async function load(call: Call, shape: Shape, until: number): Promise<number[]> {
  const firstEventMs: number[] = [];
  const client = async (_: unknown, index: number) => {
    await Bun.sleep(index * startGapMs);
    do firstEventMs.push(await exchange(call));
    while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: shape.streams }, client));
  return firstEventMs;
}
