import { chmod, exists, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { bun, orExit, root } from "../bun.ts";

/** A package of Chromium with the libraries that small systems lack; for Linux on x64. */
const shipped = { name: "@sparticuz/chromium", version: "153.0.0" } as const;
const folder = join(root, "node_modules", ".cache", "aqbridge-browser");

/** A Chromium for test/faults/browser.test.ts: that of AQBRIDGE_BROWSER, the system's, or one that is installed here once. */
export async function browserExecutable(): Promise<string> {
  const named = process.env["AQBRIDGE_BROWSER"];
  const found = ["chromium", "chromium-browser", "google-chrome"].map((name) => Bun.which(name));
  return named ?? found.find((path) => path !== null) ?? installed();
}

async function installed(): Promise<string> {
  const launcher = join(folder, "chromium.sh");
  if (await exists(launcher)) return launcher;
  await mkdir(folder, { recursive: true });
  await Bun.write(join(folder, "package.json"), "{}");
  orExit(await bun(["add", `--cwd=${folder}`, "--ignore-scripts", `${shipped.name}@${shipped.version}`]));
  const program = join(folder, "chromium");
  await Bun.write(program, await inflated("chromium.br"));
  await new Bun.Archive(await inflated("al2023.tar.br")).extract(folder);
  await chmod(program, 0o755);
  // Written last: its presence says that everything else is there.
  await Bun.write(launcher, `#!/bin/sh\nLD_LIBRARY_PATH="${folder}/lib" exec "${program}" "$@"\n`);
  await chmod(launcher, 0o755);
  return launcher;
}

async function inflated(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Bun.file(join(folder, "node_modules", shipped.name, "bin", name)).bytes();
  return new Uint8Array(brotliDecompressSync(bytes));
}

if (import.meta.main) process.stdout.write(`${await browserExecutable()}\n`);
