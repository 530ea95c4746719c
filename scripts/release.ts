import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { root } from "./bun.ts";
import { commandLine } from "./command-line.ts";
import { buildTwice, hostTarget } from "./release/builds.ts";
import { signature } from "./release/signature.ts";
import { readSource } from "./release/source.ts";
import { writeRelease } from "./release/write.ts";

const options = commandLine({
  command: "bun run release",
  summary: [
    "Builds the targets twice, in different folders, from nothing but what git knows and the lockfile names; then writes",
    "to dist/ what can be downloaded, what is in it, what it was made from, and the checksums of all that.",
  ].join("\n"),
  options: {
    target: {
      type: "string",
      multiple: true,
      default: [hostTarget],
      placeholder: "target",
      help: `One of Bun's, such as bun-linux-arm64, in place of this machine's, ${hostTarget}.`,
    },
    "sign-key": { type: "string", placeholder: "file", help: "Sign the checksums with this SSH key." },
    "allow-dirty": { type: "boolean", default: false, help: "Also with changes that are not committed." },
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
  // That of a release before this one.
  await rm(file, { force: true });
  if (key === undefined) {
    say(
      "Not signed, for want of --sign-key: downloads can be checked for damage, but not for where they are from.",
    );
    return;
  }
  await Bun.write(file, await signature(checksums, key));
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
