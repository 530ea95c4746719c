import { binarySize } from "./binaries.ts";
import type { Measured } from "./bounds.ts";
import type { Effort } from "./effort.ts";
import { allFootprints } from "./footprint.ts";
import { loadAll, type ShapeResult } from "./load.ts";
import { allOpenStreams } from "./open-streams.ts";
import { describeShape, openStreams, shapes } from "./shapes.ts";
import type { Setting } from "./subjects.ts";
import { footprintTable, growthTable, loadTable, openStreamsTable } from "./table.ts";

const footprint = "footprint";
const growth = "growth";

/** What can be measured, each by itself. */
export const partNames: readonly string[] = [
  ...shapes.map(({ name }) => name),
  openStreams.name,
  footprint,
  growth,
];

/** Measures the parts named, and tells of each as soon as it is known. */
export async function measureParts(
  names: readonly string[],
  setting: Setting,
  effort: Effort,
  print: (text: string) => void,
): Promise<Measured> {
  const binary = binarySize(setting.commands.bridge);
  const loads: Record<string, ShapeResult> = {};
  for (const shape of shapes.filter(({ name }) => names.includes(name))) {
    const results = await loadAll(shape, setting, effort);
    print(`${describeShape(shape)}\n${loadTable(results)}`);
    loads[shape.name] = results;
  }
  return {
    binary,
    loads,
    ...(names.includes(openStreams.name) && {
      openStreams: await measureOpenStreams(setting, effort, print),
    }),
    ...(names.includes(footprint) && { footprints: await measureFootprints(setting, effort, print) }),
    ...(names.includes(growth) && { growth: await measureGrowth(effort, print) }),
  };
}

async function measureOpenStreams(setting: Setting, effort: Effort, print: (text: string) => void) {
  const results = await allOpenStreams(setting, effort);
  print(`${describeShape(openStreams)}\n${openStreamsTable(results)}`);
  return results;
}

async function measureFootprints(setting: Setting, effort: Effort, print: (text: string) => void) {
  const footprints = await allFootprints(setting, effort);
  print(`${footprint}: from exec to accepting, and before any request\n${footprintTable(footprints)}`);
  return footprints;
}

async function measureGrowth(effort: Effort, print: (text: string) => void) {
  // Loaded only where it is needed: the rest works without the bridge's own modules.
  const stages = await import("./stages/growth.ts");
  const grown = await stages.growth(effort);
  print(`${growth}: what large requests cost within one process\n${growthTable(grown)}`);
  return grown;
}
