import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../bun.ts";
import type { Effort } from "./effort.ts";

/** What figures depend on besides the bridge, as it was when they began to be taken. */
export interface Surroundings {
  startedAt: string;
  version: string;
  bun: string;
  cpu: readonly string[];
  /** Load averages. */
  load: readonly number[];
  effort: Effort;
}

export const surroundings = (effort: Effort): Surroundings => ({
  startedAt: new Date().toISOString(),
  version: manifest.version,
  bun: Bun.version,
  cpu: cpus().map(({ model }) => model),
  load: loadavg(),
  effort,
});

/** Writes a record down; resolves to its file. */
export async function keepRecord(about: Surroundings, kind: string, figures: object): Promise<string> {
  const file = join(root, "bench", `${about.startedAt.replaceAll(":", "-")}${kind}.json`);
  await Bun.write(file, JSON.stringify({ ...about, ...figures }, null, 2));
  return file;
}
