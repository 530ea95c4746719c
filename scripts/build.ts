import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { bun, install, orExit, type RunResult, root } from "./bun.ts";

/**
 * Split, so that what starts over has loaded one small piece, and a command only what it needs. What runs once, at the
 * start, is not worth compiling; the server lifts that policy as soon as it listens.
 *
 * Without the two autoload flags the binary would read `.env` and run the `preload` of the bunfig.toml of whatever folder
 * it is started in; test/binary.test.ts starts it in such a folder.
 */
const flags = [
  "--compile",
  "--production",
  "--minify",
  "--bytecode",
  "--format=esm",
  "--splitting",
  "--compile-jit-policy=10",
  "--sourcemap",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

/** What a program's file is called where it is to run: here, or on one of Bun's targets. */
export const executable = (name: string, target: string = process.platform) =>
  /^(win32|bun-windows)/.test(target) ? `${name}.exe` : name;

/** Where the binary for this machine goes. */
export const binaryPath = join(root, "dist", executable("aqbridge"));

/**
 * Compiles one binary, for this machine or for one of Bun's targets such as `bun-linux-arm64`; `metafile` is where the
 * bundler is to write what went into it.
 */
export async function build(
  outfile: string,
  target?: string,
  entry = "src/start.ts",
  metafile?: string,
): Promise<RunResult> {
  const options = Object.entries({ target, metafile }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  await mkdir(dirname(outfile), { recursive: true });
  // The source maps are in the binary, and besides are left beside it under new names each time.
  const folder = await mkdtemp(`${outfile}.`);
  // The name is compiled in: under another one the same sources would give other bytes.
  const binary = join(folder, executable("aqbridge", target));
  const result = await bun(["build", ...flags, ...options, `--outfile=${binary}`, entry]);
  if (result.ok) await rename(binary, outfile);
  await rm(folder, { recursive: true });
  return result;
}

if (import.meta.main) {
  const options = parseArgs({
    options: {
      target: { type: "string" },
      outfile: { type: "string", default: binaryPath },
      metafile: { type: "string" },
      "no-install": { type: "boolean", default: false },
    },
  }).values;
  if (!options["no-install"]) orExit(await bun(install));
  orExit(await build(options.outfile, options.target, undefined, options.metafile));
  process.stdout.write(`${options.outfile}\n`);
}
