import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeHotSpots, hotSpots } from "./hot-spots.ts";
import { measure } from "./measure.ts";
import type { Shape } from "./shapes.ts";
import {
  type ProgramName,
  type Setting,
  type SourceName,
  type Subject,
  sources,
  startProgram,
  startUpstream,
  subjects,
} from "./subjects.ts";

export interface ProfileOptions {
  /** Home of the programs. */
  folder: string;
  /** Where the profiles are left. */
  output: string;
  forMs: number;
}

type Profiled = Subject & { program: ProgramName };

const intervalMicros = 500;
/** Lines of each table. */
const most = 30;

/**
 * Profiles each translating subject under a shape and yields a text about each. They run from their sources, so that names
 * are kept. The profiler sees JavaScript alone: what the runtime does beside it is in no sample.
 */
export async function* profiles(shape: Shape, options: ProfileOptions): AsyncGenerator<string> {
  mkdirSync(options.output, { recursive: true });
  const upstream = await startUpstream(shape);
  try {
    for (const subject of subjects.filter(isProfiled))
      yield await profile(subject, shape, upstream.url, options);
  } finally {
    await upstream.stop();
  }
}

const isProfiled = (subject: Subject): subject is Profiled =>
  subject.program === "bridge" || subject.program === "bare translator";

async function profile(
  subject: Profiled,
  shape: Shape,
  upstreamUrl: string,
  { folder, output, forMs }: ProfileOptions,
): Promise<string> {
  const name = `${shape.name}-${subject.name.replaceAll(/\W+/g, "-")}`;
  const program = await startProgram(subject.program, profiling(name, folder, output), upstreamUrl);
  await measure({ subject, program }, shape, forMs / 4);
  const from = Date.now();
  const { events, requests, cpuMs } = await measure({ subject, program }, shape, forMs);
  const to = Date.now();
  await program.stop("SIGTERM");

  const file = join(output, `${name}.cpuprofile`);
  const spots = hotSpots(await Bun.file(file).json(), { from, to });
  const seenMs = (spots.samples * intervalMicros) / 1000;
  return [
    `${subject.name}: ${requests} requests, ${events} events, ${cpuMs.toFixed(0)} ms of CPU while profiled`,
    `about ${seenMs.toFixed(0)} ms of it in JavaScript, ${spots.samples} samples of it; ${file} and .md`,
    describeHotSpots(spots, most),
  ].join("\n");
}

function profiling(name: string, folder: string, output: string): Setting {
  const runtime = [
    process.execPath,
    "--cpu-prof",
    "--cpu-prof-md",
    `--cpu-prof-interval=${intervalMicros}`,
    `--cpu-prof-dir=${output}`,
    `--cpu-prof-name=${name}`,
  ];
  const profiled = (name: SourceName) => [...runtime, sources[name]];
  return {
    folder,
    commands: {
      "pass-through": profiled("pass-through"),
      "bare translator": profiled("bare translator"),
      "empty Elysia": profiled("empty Elysia"),
      bridge: profiled("bridge"),
    },
  };
}
