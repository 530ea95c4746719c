import { join } from "node:path";
import { build } from "../build.ts";
import { orExit, root } from "../bun.ts";
import { type Setting, type SourceName, sources } from "./subjects.ts";

/** Where things are built: what lies in dist/ may be replaced while they run. */
const folder = join(root, "bench");

const files: Readonly<Record<SourceName, string>> = {
  "pass-through": join(folder, "pass-through"),
  "bare translator": join(folder, "bare-translator"),
  "empty Elysia": join(folder, "empty-elysia"),
  bridge: join(folder, "aqbridge"),
};

/** Compiles the bridge, unless a build of it is given, and the references in the very same way. */
export async function buildAll(givenBridge: string | undefined): Promise<Setting["commands"]> {
  const one = async (name: SourceName): Promise<readonly string[]> => {
    orExit(await build(files[name], undefined, name === "bridge" ? undefined : sources[name]));
    return [files[name]];
  };
  return {
    "pass-through": await one("pass-through"),
    "bare translator": await one("bare translator"),
    "empty Elysia": await one("empty Elysia"),
    bridge: givenBridge === undefined ? await one("bridge") : [givenBridge],
  };
}

export interface BinarySize {
  bytes: number;
  /** Of the runtime that is part of the binary. */
  runtimeBytes: number;
}

export const binarySize = ([bridge = ""]: readonly string[]): BinarySize => ({
  bytes: Bun.file(bridge).size,
  runtimeBytes: Bun.file(process.execPath).size,
});
