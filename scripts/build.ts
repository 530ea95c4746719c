import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { bundle } from "./build/bundle.ts";
import { bun, install, orExit, type RunResult, root } from "./bun.ts";
import { commandLine } from "./command-line.ts";

/** The file name of a program on this platform or on one of Bun's targets. */
export const executable = (name: string, target: string = process.platform) =>
  /^(win32|bun-windows)/.test(target) ? `${name}.exe` : name;

/** Where the binary for this machine goes. */
export const binaryPath = join(root, "dist", executable("aqbridge"));

/**
 * Compiles one binary, for this machine or for one of Bun's targets such as `bun-linux-arm64`; an account of its contents
 * goes to `metafile`. Runs in a process of its own, since the bundler would keep 200 MB of this one.
 */
export function build(
  outfile: string,
  target?: string,
  entry?: string,
  metafile?: string,
): Promise<RunResult> {
  const options = Object.entries({ outfile: resolve(outfile), target, entry, metafile }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]),
  );
  return bun([import.meta.path, "--no-install", ...options]);
}

/** The sources' paths relative to the current directory are compiled in. */
async function compile(outfile: string, target: string | undefined, entry: string): Promise<Bun.BuildOutput> {
  await mkdir(dirname(outfile), { recursive: true });
  // The source maps are in the binary, but the bundler also leaves them beside it, under new names each time.
  const folder = await mkdtemp(`${outfile}.`);
  try {
    // The name is compiled in: under another name the same sources would give other bytes.
    const binary = join(folder, executable("aqbridge", target));
    const output = await bundle(entry, binary, target);
    await rename(binary, outfile);
    return output;
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const options = commandLine({
    command: "bun run build",
    summary: "Compiles one binary.",
    options: {
      target: {
        type: "string",
        placeholder: "target",
        help: "One of Bun's targets, such as bun-linux-arm64, instead of this machine.",
      },
      outfile: {
        type: "string",
        default: binaryPath,
        placeholder: "file",
        help: "Where to put it; by default in dist/.",
      },
      entry: { type: "string", default: "src/start.ts", placeholder: "file", help: "What to compile." },
      metafile: { type: "string", placeholder: "file", help: "Write an account of its contents, as JSON." },
      "no-install": { type: "boolean", default: false, help: "Use the installed packages as they are." },
    },
  });
  const [outfile, account] = [resolve(options.outfile), options.metafile && resolve(options.metafile)];
  process.chdir(root);
  if (!options["no-install"]) orExit(await bun(install));
  const { metafile } = await compile(outfile, options.target, options.entry);
  if (account) await Bun.write(account, JSON.stringify(metafile));
  process.stdout.write(`${outfile}\n`);
}
