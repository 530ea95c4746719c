import { join } from "node:path";
import { executable } from "../build.ts";
import { bun, install, type RunResult, root } from "../bun.ts";
import { type ReleasedFile, releasedFile } from "./files.ts";
import { copyFiles } from "./source.ts";

export interface Build extends ReleasedFile {
  target: string;
  path: string;
  /** The bundler's account of what went into it. */
  metafile: Bun.BuildMetafile;
}

export interface Made {
  /** A copy of the project, with its packages installed, in which the builds were made. */
  project: string;
  builds: readonly Build[];
}

const platform = process.platform === "win32" ? "windows" : process.platform;

export const hostTarget = `bun-${platform}-${process.arch}`;

/** Builds every target in two folders of nothing but these files and the locked packages; throws when the two differ. */
export async function buildTwice(
  targets: readonly string[],
  files: readonly string[],
  scratch: string,
): Promise<Made> {
  const project = join(scratch, "first");
  const elsewhere = join(scratch, "elsewhere", "second");
  await copyFiles(files, root, project);
  await copyFiles(files, project, elsewhere);
  for (const folder of [project, elsewhere]) {
    orThrow(await bun([...install, "--production", "--cwd", folder]));
  }
  const builds: Build[] = [];
  for (const target of targets) {
    const [build, again] = await Promise.all([buildIn(project, target), buildIn(elsewhere, target)]);
    if (build.sha256 !== again.sha256) throw new Error(await describeDifference(build, again));
    builds.push(build);
  }
  return { project, builds };
}

/** Runs the folder's own build script, in a process of its own. */
async function buildIn(folder: string, target: string): Promise<Build> {
  const path = join(folder, "dist", executable(`aqbridge-${target.replace(/^bun-/, "")}`, target));
  const metafile = `${path}.json`;
  const script = join(folder, "scripts", "build.ts");
  const options = { target, outfile: path, metafile };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  orThrow(await bun([script, "--no-install", ...flags]));
  return { target, path, metafile: await Bun.file(metafile).json(), ...(await releasedFile(path)) };
}

function orThrow({ ok, output }: RunResult): void {
  if (!ok) throw new Error(output.trim());
}

async function describeDifference(build: Build, again: Build): Promise<string> {
  const [one, other] = [await Bun.file(build.path).bytes(), await Bun.file(again.path).bytes()];
  const sizes = `${one.length} and ${other.length} bytes`;
  return `Two builds of ${build.name} (${sizes}) differ from byte ${firstDifference(one, other)} on.`;
}

/** Counted from 0; the end of the shorter one when the longer begins with it. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number {
  const index = one.findIndex((byte, at) => byte !== other[at]);
  return index === -1 ? one.length : index;
}
