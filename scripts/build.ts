import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { bun, install, orExit, type RunResult, root } from "./bun.ts";

/**
 * Without the two autoload flags the binary would read `.env` and run the `preload` of the bunfig.toml of whatever folder
 * it is started in; test/binary.test.ts starts it in such a folder.
 */
const flags = [
  "--compile",
  "--production",
  "--minify",
  "--bytecode",
  "--sourcemap",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

const suffix = (platform: string) => (/^(win32|bun-windows)/.test(platform) ? ".exe" : "");

/** Where the binary for this machine goes. */
export const binaryPath = join(root, "dist", `aqbridge${suffix(process.platform)}`);

/** Compiles one binary, for this machine or for one of Bun's targets such as `bun-linux-arm64`. */
export function build(outfile: string, target?: string): Promise<RunResult> {
  const forTarget = target === undefined ? [] : [`--target=${target}`];
  return bun(["build", ...flags, ...forTarget, `--outfile=${outfile}`, "src/main.ts"]);
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
