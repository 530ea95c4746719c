import { chmodSync, chownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const nobody = 65_534;

/**
 * Does `work` as a user who owns all of `folder` but what is named, and may not write that; root, as whom tests may
 * run, could write everything.
 */
export async function asNobody(
  folder: string,
  { unwritable }: { unwritable: readonly string[] },
  work: () => Promise<void>,
): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) giveAway(folder);
  const modes = unwritable.map((path) => ({ path, mode: statSync(path).mode }));
  for (const { path, mode } of modes) {
    if (isRoot) chownSync(path, 0, 0);
    chmodSync(path, 0o444 | (mode & 0o111));
  }
  const { getuid } = process;
  if (isRoot) process.seteuid?.(nobody);
  if (isRoot) process.getuid = () => nobody;
  try {
    await work();
  } finally {
    if (getuid) process.getuid = getuid;
    if (isRoot) process.seteuid?.(0);
    for (const { path, mode } of modes) chmodSync(path, mode & 0o777);
  }
}

function giveAway(folder: string): void {
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { recursive: true }))
    chownSync(join(folder, String(entry)), nobody, nobody);
}
