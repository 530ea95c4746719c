import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { root } from "./bun.ts";
import { commandLine } from "./command-line.ts";
import { buildTwice, hostTarget } from "./release/builds.ts";
import { outputOf } from "./release/output.ts";
import { readSource } from "./release/source.ts";
import { writeRelease } from "./release/write.ts";

const options = commandLine({
  command: "bun run release",
  summary: [
    "Builds the targets twice, in different folders, from nothing but what git and the lockfile list; then writes to",
    "dist/ the downloads, their bill of materials, their provenance, and the checksums of all these.",
  ].join("\n"),
  options: {
    target: {
      type: "string",
      multiple: true,
      default: [hostTarget],
      placeholder: "target",
      help: `One of Bun's targets, such as bun-linux-arm64, instead of this machine's, ${hostTarget}.`,
    },
    "sign-key": { type: "string", placeholder: "file", help: "Sign the checksums with this SSH key." },
    "allow-dirty": { type: "boolean", default: false, help: "Release even with uncommitted changes." },
    verify: { type: "boolean", default: false, help: "Only build and compare." },
  },
});

const targets = [...new Set(options.target)].toSorted();
const dist = join(root, "dist");
const key = options["sign-key"];
const say = (line: string) => process.stdout.write(`${line}\n`);

async function release(scratch: string): Promise<void> {
  if (Bun.version !== manifest.engines.bun) {
    throw new Error(`This is Bun ${Bun.version}; releases are made with ${manifest.engines.bun}.`);
  }
  const source = await readSource(root);
  if (source.changes.length > 0 && !options["allow-dirty"] && !options.verify) {
    throw new Error(`Commit these first, or release them with --allow-dirty:\n${source.changes.join("\n")}`);
  }
  if (key !== undefined && !existsSync(key)) throw new Error(`There is no key ${key}.`);
  const made = await buildTwice(targets, source.files, scratch);
  for (const { name, sha256 } of made.builds) say(`${name}: two builds are equal, ${sha256}`);
  if (options.verify) return;
  await sign(await writeRelease(dist, made, source));
}

async function sign(checksums: string): Promise<void> {
  const file = join(dist, "SHA256SUMS.sig");
  // An earlier release may have left one.
  await rm(file, { force: true });
  if (key === undefined) {
    say("Not signed, for lack of --sign-key: downloads can be checked for damage, but not for their origin.");
    return;
  }
  // Asks for the key's passphrase on the terminal.
  const command = ["ssh-keygen", "-Y", "sign", "-n", "aqbridge-release", "-f", resolve(key)];
  await Bun.write(file, await outputOf(command, root, checksums));
  say(`Signed: ${file}`);
}

const scratch = await mkdtemp(join(tmpdir(), "aqbridge-release-"));
try {
  await release(scratch);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true });
}
