import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { build } from "./build.ts";
import { orExit, root } from "./bun.ts";
import { commandLine } from "./command-line.ts";
import { efforts, full } from "./soak/effort.ts";
import { type Findings, type Goal, isReached } from "./soak/goal.ts";
import { goals } from "./soak/goals.ts";
import { type Circumstances, describeFindings } from "./soak/report.ts";
import { createRig } from "./soak/rig/rig.ts";

const flags = commandLine({
  command: "bun run soak",
  summary:
    "The load and resource goals, measured at the release binary; exits with 1 when one is missed, and leaves a record in bench/.",
  options: {
    quick: { type: "boolean", default: false, help: "Everything smaller, in about a minute." },
    full: { type: "boolean", default: false, help: "Nothing smaller, however long it takes." },
    only: {
      type: "string",
      multiple: true,
      placeholder: "goal",
      choices: goals.map(({ id }) => id),
      help: "Measure this goal alone.",
    },
    binary: { type: "string", placeholder: "file", help: "Another build of the bridge." },
  },
});

const folder = join(root, "bench");
const startedAt = new Date();
const rig = createRig(
  flags.binary ?? (await built()),
  flags.full ? full : efforts[flags.quick ? "quick" : "standard"],
);
const results: Record<string, Findings & Circumstances & { isReached: boolean }> = {};
for (const goal of goals.filter(({ id }) => flags.only?.includes(id) ?? true)) {
  const startedAt = performance.now();
  const findings = await findingsOf(goal);
  const seconds = (performance.now() - startedAt) / 1000;
  const circumstances = { seconds, cpus: rig.cpuShares() };
  process.stdout.write(`${describeFindings(goal, findings, circumstances)}\n`);
  results[goal.id] = { ...findings, ...circumstances, isReached: isReached(findings) };
}
await report();

async function built(): Promise<string> {
  const binary = join(folder, "aqbridge-soak");
  orExit(await build(binary));
  return binary;
}

/** A goal that could not be measured is missed. */
async function findingsOf(goal: Goal): Promise<Findings> {
  try {
    return await goal.run(rig);
  } catch (error) {
    return { figures: [], notes: [error instanceof Error ? error.message : String(error)] };
  }
}

async function report(): Promise<void> {
  const record = {
    startedAt: startedAt.toISOString(),
    tookSeconds: (Date.now() - startedAt.getTime()) / 1000,
    version: manifest.version,
    bun: Bun.version,
    cpu: cpus().map(({ model }) => model),
    load: loadavg(),
    effort: rig.effort,
    goals: results,
  };
  const file = join(folder, `soak-${record.startedAt.replaceAll(":", "-")}.json`);
  await Bun.write(file, JSON.stringify(record, null, 2));
  const missed = Object.entries(results).flatMap(([id, result]) => (result.isReached ? [] : [id]));
  const verdict = missed.length > 0 ? `Missed: ${missed.join(", ")}.` : "All goals are reached.";
  process.stdout.write(`${verdict} ${record.tookSeconds.toFixed(0)} s. All figures: ${file}\n`);
  if (missed.length > 0) process.exitCode = 1;
}
