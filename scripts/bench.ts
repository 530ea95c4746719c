import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAll } from "./bench/binaries.ts";
import { bounds } from "./bench/bounds.ts";
import { type Effort, quick, thorough } from "./bench/effort.ts";
import { measureParts, partNames } from "./bench/parts.ts";
import { profiles } from "./bench/profile.ts";
import { keepRecord, surroundings } from "./bench/record.ts";
import { describeShape, shapes } from "./bench/shapes.ts";
import { boundTable } from "./bench/table.ts";
import { root } from "./bun.ts";
import { commandLine } from "./command-line.ts";

const flags = commandLine({
  command: "bun run bench",
  summary:
    "What the bridge costs, beside a pass-through and a bare translator in the same run; leaves a record in bench/.",
  options: {
    quick: { type: "boolean", default: false, help: "For a first look, not for a record." },
    only: {
      type: "string",
      multiple: true,
      placeholder: "part",
      choices: partNames,
      help: "Measure this part alone.",
    },
    binary: {
      type: "string",
      placeholder: "file",
      help: "Another build of the bridge, to be compared with this one's record.",
    },
    profile: {
      type: "boolean",
      default: false,
      help: "Instead of measuring, tell where the CPU's time goes under the shapes of --only, else under a burst.",
    },
    micro: {
      type: "boolean",
      default: false,
      help: "Instead of measuring processes, time the stages of a request and of an answer within this one.",
    },
  },
});

// Each program that is started listens for this one's end.
process.setMaxListeners(0);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const effort = flags.quick ? quick : thorough;
const home = mkdtempSync(join(tmpdir(), "aqbridge-bench-"));
process.once("exit", () => rmSync(home, { recursive: true }));
await furnish(home);
if (flags.profile) await profile(flags.only ?? ["burst"], home, effort);
else if (flags.micro) await micro(effort);
else await bench(flags.only ?? partNames, home, effort, flags.binary);

/** A login that is accepted as it is, so that none is ever refreshed, and room for every shape. */
async function furnish(folder: string): Promise<void> {
  const login = { access_token: "bench", expires_at: "2099-01-01T00:00:00Z" };
  await Bun.write(join(folder, "amazonq_credentials.json"), JSON.stringify(login));
  await Bun.write(join(folder, "config.json"), JSON.stringify({ server: { max_streams: 2000 } }));
}

async function profile(names: readonly string[], folder: string, { profileMs }: Effort): Promise<void> {
  const output = join(root, "bench", "profile");
  for (const shape of shapes.filter(({ name }) => names.includes(name))) {
    print(describeShape(shape));
    for await (const text of profiles(shape, { folder, output, forMs: profileMs })) print(text);
  }
}

async function micro(effort: Effort): Promise<void> {
  // Loaded only where it is needed: the rest works without the bridge's own modules.
  const { microBenches } = await import("./bench/stages/micro-benches.ts");
  const about = surroundings(effort);
  print(`All figures: ${await keepRecord(about, "-micro", await microBenches(effort, print))}`);
}

async function bench(
  names: readonly string[],
  folder: string,
  effort: Effort,
  givenBridge: string | undefined,
): Promise<void> {
  const about = surroundings(effort);
  const commands = await buildAll(givenBridge);
  const measured = await measureParts(names, { folder, commands }, effort, print);
  const judged = bounds(measured);
  print(boundTable(judged));
  print(`All figures: ${await keepRecord(about, "", { ...measured, bounds: judged })}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
