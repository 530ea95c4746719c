import { join } from "node:path";
import { outputOf } from "./output.ts";

/** What a release is made of: a commit, and the changes since. */
export interface Source {
  commit: string;
  committedAt: Date;
  /** One line for each changed or new file, as `git status --porcelain` prints it. */
  changes: readonly string[];
  /** Every file but the ignored ones, below the folder. */
  files: readonly string[];
}

export async function readSource(folder: string): Promise<Source> {
  const status = await git(folder, "status", "--porcelain", "--untracked-files=normal");
  const listed = await git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  // `--cached` also lists files whose deletion is not committed yet.
  const gone = new Set((await git(folder, "ls-files", "-z", "--deleted")).split("\0"));
  return {
    commit: (await git(folder, "rev-parse", "HEAD")).trim(),
    committedAt: new Date((await git(folder, "show", "--no-patch", "--format=%cI")).trim()),
    changes: status.split("\n").filter(Boolean),
    files: listed.split("\0").filter((file) => file && !gone.has(file)),
  };
}

export async function copyFiles(files: readonly string[], from: string, to: string): Promise<void> {
  await Promise.all(files.map((file) => Bun.write(join(to, file), Bun.file(join(from, file)))));
}

const git = (folder: string, ...args: readonly string[]) => outputOf(["git", ...args], folder);
