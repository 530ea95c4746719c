import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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

const suffix = (platform: string) => (/^(win32|bun-windows)/.test(platform) ? ".exe" : "");

/** Where the binary for this machine goes. */
export const binaryPath = join(root, "dist", `aqbridge${suffix(process.platform)}`);

/** Compiles one binary, for this machine or for one of Bun's targets such as `bun-linux-arm64`. */
export async function build(outfile: string, target?: string, entry = "src/start.ts"): Promise<RunResult> {
  const forTarget = target === undefined ? [] : [`--target=${target}`];
  await mkdir(dirname(outfile), { recursive: true });
  // The source maps are in the binary, and besides are left beside it under new names each time.
  const folder = await mkdtemp(`${outfile}.`);
  const binary = join(folder, basename(outfile));
  const result = await bun(["build", ...flags, ...forTarget, `--outfile=${binary}`, entry]);
  if (result.ok) await rename(binary, outfile);
  await rm(folder, { recursive: true });
  return result;
}

async function buildRelease(targets: readonly string[]): Promise<void> {
  const sums: string[] = [];
  for (const target of targets) {
    const outfile = join(root, "dist", `aqbridge-${target.replace(/^bun-/, "")}${suffix(target)}`);
    orExit(await build(outfile, target));
    const sum = new Bun.CryptoHasher("sha256").update(await Bun.file(outfile).bytes()).digest("hex");
    sums.push(`${sum}  ${basename(outfile)}\n`);
    process.stdout.write(`${outfile}\n`);
  }
  await Bun.write(join(root, "dist", "SHA256SUMS"), sums.join(""));
}

if (import.meta.main) {
  const { target } = parseArgs({ options: { target: { type: "string", multiple: true } } }).values;
  orExit(await bun(install));
  if (target) {
    await buildRelease(target);
  } else {
    orExit(await build(binaryPath));
    process.stdout.write(`${binaryPath}\n`);
  }
}
