import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { cpuMs, memory } from "./accounting.ts";
import type { Effort } from "./effort.ts";
import type { OpenCall } from "./open-client.ts";
import type { Program } from "./program.ts";
import { openStreams as shape } from "./shapes.ts";
import { type Figure, figure } from "./statistics.ts";
import {
  type ProgramName,
  type Setting,
  type Subject,
  startProgram,
  startUpstream,
  subjects,
} from "./subjects.ts";

const Arrivals = Type.Object({
  lost: Type.Integer(),
  lateMs: Type.Object({ p50: Type.Number(), p99: Type.Number(), most: Type.Number() }),
});

/** How a subject does with very many streams at once. */
export interface OpenStreamsResult {
  subject: string;
  /** Events that never came. */
  lost: Figure;
  /** From an event's sending to its arrival. */
  lateMs: { p50: Figure; p99: Figure; most: Figure };
  /** What the process grew by, from before the streams to its largest, for each of them. */
  kbPerStream: Figure;
  cpuMicrosPerEvent: Figure;
}

interface Sample extends Static<typeof Arrivals> {
  kbPerStream: number;
  cpuMicrosPerEvent: number;
}

/** The runtime lets no more than 256 fetches run at once unless told; the bridge tells it by itself. */
const manyFetches = { BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" };
const samplingMs = 100;

/** Each subject in a fresh process in each round. */
export async function allOpenStreams(
  setting: Setting,
  { openRounds }: Pick<Effort, "openRounds">,
): Promise<OpenStreamsResult[]> {
  const chosen = subjects.filter(({ program }) => program !== "logging bridge");
  const samples = new Map<Subject, Sample[]>(chosen.map((subject) => [subject, []]));
  for (let round = 0; round < openRounds; round++) {
    for (const subject of chosen) samples.get(subject)?.push(await sampleOf(subject, setting));
  }
  return chosen.map((subject) => resultOf(subject, samples.get(subject) ?? []));
}

function resultOf({ name }: Subject, samples: readonly Sample[]): OpenStreamsResult {
  const figureOf = (value: (sample: Sample) => number) => figure(samples.map(value));
  return {
    subject: name,
    lost: figureOf(({ lost }) => lost),
    lateMs: {
      p50: figureOf(({ lateMs }) => lateMs.p50),
      p99: figureOf(({ lateMs }) => lateMs.p99),
      most: figureOf(({ lateMs }) => lateMs.most),
    },
    kbPerStream: figureOf(({ kbPerStream }) => kbPerStream),
    cpuMicrosPerEvent: figureOf(({ cpuMicrosPerEvent }) => cpuMicrosPerEvent),
  };
}

async function sampleOf(subject: Subject, setting: Setting): Promise<Sample> {
  const upstream = await startUpstream(shape);
  const program =
    subject.program === "upstream" ? upstream : await startFor(subject.program, setting, upstream);
  try {
    return await follow(subject, program);
  } finally {
    await program.stop();
    await upstream.stop();
  }
}

/** The bridge has answered then, for what answers requests is loaded by the first. */
async function startFor(program: ProgramName, setting: Setting, { url }: Program): Promise<Program> {
  if (program !== "bridge") return startProgram(program, setting, url, manyFetches);
  const bridge = await startProgram(program, setting, url);
  await (await fetch(`${bridge.url}/health`)).body?.cancel();
  return bridge;
}

async function follow({ path, body, form }: Subject, { url, pid }: Program): Promise<Sample> {
  const call: OpenCall = {
    url: url + path,
    body: JSON.stringify(body(shape)),
    form,
    streams: shape.streams,
    // The last of each is not stamped.
    events: shape.events - 1,
  };
  const cpuBefore = cpuMs(pid);
  const idleMb = memory(pid).residentMb;
  let mostMb = idleMb;
  const sampling = setInterval(() => {
    mostMb = Math.max(mostMb, memory(pid).residentMb);
  }, samplingMs);
  const client = Bun.spawn(
    [process.execPath, join(import.meta.dir, "open-client.ts"), JSON.stringify(call)],
    {
      env: manyFetches,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const arrivals: unknown = await client.stdout.json();
  clearInterval(sampling);
  if (!Value.Check(Arrivals, arrivals)) throw new Error(`The client of ${url} failed.`);
  return {
    ...arrivals,
    kbPerStream: ((mostMb - idleMb) * 1048.576) / shape.streams,
    cpuMicrosPerEvent: ((cpuMs(pid) - cpuBefore) * 1000) / (shape.streams * shape.events),
  };
}
