import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { allFootprints } from "./bench/footprint.ts";
import { type Effort, loadAll, type ShapeResult } from "./bench/load.ts";
import { describeShape, shapes } from "./bench/shapes.ts";
import type { Setting } from "./bench/subjects.ts";
import { footprintTable, loadTable } from "./bench/table.ts";
import { build } from "./build.ts";
import { orExit, root } from "./bun.ts";

const thorough: Effort = { rounds: 5, roundMs: 600, warmUpMs: 1000, starts: 10, idleMs: 5000 };
const quick: Effort = { rounds: 2, roundMs: 200, warmUpMs: 300, starts: 3, idleMs: 1000 };

/** Start-up and idleness, beside the shapes of load. */
const footprint = "footprint";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    /** Names of shapes. */
    only: { type: "string", multiple: true },
    /** Another build of the bridge, to be compared with this one's record. */
    binary: { type: "string" },
  },
});

/** Accepted by the bridge as it is, so that no login is ever refreshed. */
const login = { access_token: "bench", expires_at: "2099-01-01T00:00:00Z" };

const names = [...shapes.map(({ name }) => name), footprint];
const chosen = flags.only ?? names;
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`bench: no shape is called ${unknown}; there are ${names.join(", ")}\n`);
  process.exit(2);
}
await bench(chosen, flags.quick ? quick : thorough, flags.binary);

async function bench(names: readonly string[], effort: Effort, given: string | undefined): Promise<void> {
  const binary = given ?? (await built());
  const folder = mkdtempSync(join(tmpdir(), "aqbridge-bench-"));
  try {
    await Bun.write(join(folder, "amazonq_credentials.json"), JSON.stringify(login));
    const record = {
      startedAt: new Date().toISOString(),
      version: manifest.version,
      bun: Bun.version,
      cpu: cpus().map(({ model }) => model),
      load: loadavg(),
      effort,
      binaryMb: Bun.file(binary).size / 2 ** 20,
      ...(await run(names, { binary, folder }, effort)),
    };
    const file = join(root, "bench", `${record.startedAt.replaceAll(":", "-")}.json`);
    await Bun.write(file, JSON.stringify(record, null, 2));
    print(`The binary has ${record.binaryMb.toFixed(1)} MB. All figures: ${file}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In a place of its own: what lies in dist/ may be replaced meanwhile. */
async function built(): Promise<string> {
  const binary = join(root, "bench", "aqbridge");
  orExit(await build(binary));
  return binary;
}

async function run(names: readonly string[], setting: Setting, effort: Effort) {
  const loads: Record<string, ShapeResult> = {};
  for (const shape of shapes.filter(({ name }) => names.includes(name))) {
    print(describeShape(shape));
    const results = await loadAll(shape, setting, effort);
    print(loadTable(results));
    loads[shape.name] = results;
  }
  if (!names.includes(footprint)) return { loads };
  print("footprint: from exec to accepting, and before any request");
  const footprints = await allFootprints(setting, effort);
  print(footprintTable(footprints));
  return { loads, footprints };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
