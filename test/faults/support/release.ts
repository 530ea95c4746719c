import { afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { binaryPath, build } from "../../../scripts/build.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type Ended, run } from "../../support/program.ts";
import { stopAfter } from "../../support/stop-after.ts";
import {
  type Program,
  type ProgramOptions,
  startProgram,
  startService,
  stopPrograms,
} from "./program-rig.ts";

/** The release binary, and what a file's tests start of it and for it, all of which ends with each of them. */
export interface Release {
  /** Where it is; known to tests and to the `beforeAll`s of the file itself. */
  binary(): string;
  start(options?: ProgramOptions): Promise<Program>;
  /** Runs it with such arguments to its end; what has failed by then must have left no file in its home. */
  run(line: readonly string[], timeoutMs: number, options?: Parameters<typeof run>[2]): Promise<Ended>;
  startService: typeof startService;
  /** Gives something else back that is to stop when no program uses it any more. */
  kept: ReturnType<typeof stopAfter>;
}

/** Within which a program ends that has nothing to do; a fiftieth of it, on a machine that has nothing else to do. */
export const atOnceMs = 4_000;

const givenBinary = process.env["AQBRIDGE_BINARY"];

/** Built once for all files. */
let built: Promise<string> | undefined;

/** The release binary: the one that `bun run check` names, else a new one. */
async function releaseBinary(): Promise<string> {
  if (givenBinary !== undefined) return givenBinary;
  const path = join(temporaryFolder(), basename(binaryPath));
  expect(await build(path)).toMatchObject({ ok: true });
  return path;
}

/** Once in a file, at its top; with `afterAll` what is started lasts for all of its tests. */
export function useRelease(after: (end: () => Promise<void>) => void = afterEach): Release {
  // Of the file's tests: a program starts as soon as the machine lets it.
  setDefaultTimeout(20_000);
  let binary = "";
  beforeAll(async () => {
    built ??= releaseBinary();
    binary = await built;
  }, 120_000);

  after(stopPrograms);
  const kept = stopAfter(after);

  return {
    binary: () => binary,
    start: (options) => startProgram(binary, options),
    async run(line, timeoutMs, { environment, ...options } = {}) {
      const home = temporaryFolder();
      const given = { HOME: home, ...environment };
      const ended = await run([binary, ...line], timeoutMs, { ...options, environment: given });
      if (ended.code !== 0) expect(readdirSync(home, { recursive: true })).toEqual([]);
      return ended;
    },
    startService: (options) => kept(startService(options)),
    kept,
  };
}
